using System.Globalization;

namespace IdentityPlatform.Hosting.Keys;

/// <summary>How long keys are announced, sign, and stay published.</summary>
internal sealed class RotationPolicy
{
    /// <summary>False: <c>Keys:RotateEvery</c> is <c>off</c>, and nothing changes but by <c>keys rotate</c>.</summary>
    public bool Automatic { get; init; } = true;

    /// <summary>How long a key signs.</summary>
    public TimeSpan RotateEvery { get; init; } = TimeSpan.FromDays(90);

    /// <summary>How long a key is published before it signs: longer than any cache of the JWKS.</summary>
    public TimeSpan AnnounceFor { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How long a key stays published after it signed last: longer than any token lives, or is shown as a logout hint.</summary>
    public TimeSpan KeepRetiredFor { get; init; } = TimeSpan.FromDays(30);

    /// <exception cref="SettingsException">A value is no duration, or too short to break nothing.</exception>
    public static RotationPolicy Read(SettingsReader reader)
    {
        var usual = new RotationPolicy();
        var automatic = reader.Find("Keys:RotateEvery") != "off";
        var policy = new RotationPolicy
        {
            Automatic = automatic,
            RotateEvery = automatic ? Duration(reader, "Keys:RotateEvery", usual.RotateEvery) : usual.RotateEvery,

            // The JWKS may be a minute old in a cache, and what a node serves half a minute older.
            AnnounceFor = AtLeast(TimeSpan.FromMinutes(5), "Keys:AnnounceFor", Duration(reader, "Keys:AnnounceFor", usual.AnnounceFor)),

            // Access tokens live five minutes; what a node signs with its last snapshot comes half a minute later.
            KeepRetiredFor = AtLeast(TimeSpan.FromHours(1), "Keys:KeepRetiredFor", Duration(reader, "Keys:KeepRetiredFor", usual.KeepRetiredFor)),
        };
        return policy.RotateEvery >= 2 * policy.AnnounceFor
            ? policy
            : throw new SettingsException("Keys:RotateEvery", "is less than twice Keys:AnnounceFor; a key is announced while the one before it signs.");
    }

    private static TimeSpan AtLeast(TimeSpan least, string key, TimeSpan value) =>
        value >= least ? value : throw new SettingsException(key, $"is shorter than {least.TotalMinutes.ToString(CultureInfo.InvariantCulture)}m.");

    // A whole number of days, hours or minutes: 90d, 12h, 30m.
    private static TimeSpan Duration(SettingsReader reader, string key, TimeSpan usual)
    {
        if (reader.Find(key) is not { } text)
        {
            return usual;
        }

        var unit = text.Length > 0 ? text[^1] switch { 'd' => 1440, 'h' => 60, 'm' => 1, _ => 0 } : 0;
        return unit > 0 && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and < 10_000
            ? TimeSpan.FromMinutes((long)count * unit)
            : throw new SettingsException(key, $"is '{text}'; it is a whole number of days, hours or minutes, such as 90d, 12h or 30m{(key == "Keys:RotateEvery" ? ", or off" : "")}.");
    }
}
