using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Issuer.Signing;

/// <summary>
/// What the custodian has withdrawn: officers who were removed, and applications for which nothing is minted any more. One file beside
/// the signer, signed by the roster key; what the database says about it does not matter.
/// </summary>
public sealed class Denials
{
    /// <summary>The <c>typ</c> of the file.</summary>
    public const string TokenType = "mint-denials+jwt";

    private readonly IReadOnlyDictionary<string, DateTimeOffset> _officers;
    private readonly IReadOnlySet<string> _applications;

    private Denials(IReadOnlyDictionary<string, DateTimeOffset> officers, IReadOnlySet<string> applications) => (_officers, _applications) = (officers, applications);

    /// <summary>Nothing is withdrawn.</summary>
    public static Denials None { get; } = new(new Dictionary<string, DateTimeOffset>(), new HashSet<string>());

    /// <summary>The officers who were removed, each with the moment from which on their decisions do not count.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Officers => _officers;

    /// <summary>From when on an officer's decisions do not count; null for an officer who was not removed.</summary>
    public DateTimeOffset? RemovedFrom(string officerId) => _officers.TryGetValue(officerId, out var from) ? from : null;

    /// <summary>True when nothing is minted for the application any more.</summary>
    public bool Denies(string applicationId) => _applications.Contains(applicationId);

    /// <summary>These, and an officer. A removal is never moved to a later time.</summary>
    public Denials WithOfficer(string officerId, DateTimeOffset from) => new(
        new Dictionary<string, DateTimeOffset>(_officers) { [officerId] = RemovedFrom(officerId) is { } earlier && earlier < from ? earlier : from }, _applications);

    /// <summary>These, and an application.</summary>
    public Denials WithApplication(string applicationId) => new(_officers, new HashSet<string>(_applications) { applicationId });

    /// <summary>Reads the file, whose signature has to be that of one of these keys.</summary>
    public static Parsed<Denials> Verify(string token, IReadOnlyList<VerificationKey> rosterKeys, string deployment)
    {
        if (SignedJwt.Parse(token).Failed(out var failure, out var received))
        {
            return failure;
        }

        foreach (var key in rosterKeys)
        {
            if (received.Verify(key, TokenType, JwsAlgorithm.ES256).Succeeded(out var verified, out failure))
            {
                return Read(verified.Claims, deployment);
            }
        }

        return failure ?? new FormatFailure(FormatRule.Key, "there is no roster key");
    }

    /// <summary>The file.</summary>
    public string Sign(SigningKey rosterKey, string deployment) => JwtWriter.Sign(rosterKey, TokenType, writer =>
    {
        writer.WriteString("deployment", deployment);
        writer.WriteStartObject("officers");
        foreach (var (officer, from) in _officers.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            writer.WriteNumber(officer, from.ToUnixTimeSeconds());
        }

        writer.WriteEndObject();
        writer.WriteStrings("applications", _applications.Order(StringComparer.Ordinal));
    });

    private static Parsed<Denials> Read(JsonElement claims, string deployment)
    {
        if (claims.StringMember("deployment") != deployment || claims.ObjectMember("officers") is not { } officers || claims.StringsMember("applications") is not { } applications)
        {
            return new FormatFailure(FormatRule.Member, "the denials are of this deployment and name officers and applications");
        }

        var removed = new Dictionary<string, DateTimeOffset>();
        foreach (var officer in officers.EnumerateObject())
        {
            if (officers.LongMember(officer.Name) is not (>= 0 and < 253402300799 and var from))
            {
                return new FormatFailure(FormatRule.Member, "an officer is removed from a moment on");
            }

            removed[officer.Name] = DateTimeOffset.FromUnixTimeSeconds(from);
        }

        return new Denials(removed, applications.ToHashSet(StringComparer.Ordinal));
    }
}
