using System.Text;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;

namespace IdentityPlatform.OAuth;

/// <summary>
/// What the host's page for devices needs (RFC 8628 §3.3): it finds the request behind a code that a person typed, and after the
/// person has compared and agreed, sends them into the ordinary sign-in.
/// </summary>
public sealed class DeviceRequests
{
    private const string GuessKind = "device-guess";

    // 20^8 codes. A thousand live ones and this rate for their ten minutes: one chance in four thousand to hit any of them.
    private static readonly RateLimit OfAll = new(GuessKind, 600, TimeSpan.FromMinutes(1));

    private static readonly string[] Kept =
        ["scope", "authorization_details", "acr_values", "max_age", "claims", "nonce", "login_hint", "id_token_hint", "ui_locales", "registration", "dpop_jkt"];

    private readonly AuthorizationServerOptions _options;
    private readonly Clients.Clients _clients;
    private readonly ServerTerms _terms;
    private readonly DeviceCodes _codes;
    private readonly PushedRequests _requests;
    private readonly OneTimeStore _store;
    private readonly TimeProvider _time;
    private readonly RateLimit _ofOne;

    internal DeviceRequests(
        AuthorizationServerOptions options, Clients.Clients clients, ServerTerms terms, DeviceCodes codes, PushedRequests requests, OneTimeStore store, TimeProvider time) =>
        (_options, _clients, _terms, _codes, _requests, _store, _time, _ofOne) =
        (options, clients, terms, codes, requests, store, time, new(GuessKind, 20, options.DeviceCodeLifetime));

    /// <summary>Looks a code up. Each look counts as a guess: of this browser, and of all whose number the host does not limit.</summary>
    /// <param name="typed">What the person typed, or what came in the address.</param>
    /// <param name="browser">Names the browser: a cookie that it cannot choose.</param>
    /// <param name="limited">True where nobody can be many such browsers: then no stranger's guesses count against this one.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<DeviceLookup> FindAsync(string? typed, string browser, bool limited, CancellationToken ct)
    {
        if (UserCode.Find(typed) is not { } code)
        {
            return new DeviceLookup.Unknown();
        }

        // Together they bound how often anybody can try (RFC 8628 §5.1); without the first, one could use up everybody's share.
        var now = _time.GetUtcNow();
        if ((await _ofOne.CountAsync(_store, $"one:{browser}", now, ct) ?? (limited ? null : await OfAll.CountAsync(_store, "all", now, ct))) is { } tryAgain)
        {
            return new DeviceLookup.TooMany(tryAgain);
        }

        return await _codes.FindAsync(code, _time.GetUtcNow(), ct) is { } waiting && await _clients.FindAsync(waiting.ClientId, ct) is { } client
            ? new DeviceLookup.Found(new DeviceRequest(client, code, waiting))
            : new DeviceLookup.Unknown();
    }

    /// <summary>The person says that it is their device: answers the path where the sign-in begins. Null when the client may not do this any more.</summary>
    public async Task<string?> BeginAsync(DeviceRequest device, CancellationToken ct)
    {
        var waiting = device.Waiting;
        var parsed = AuthorizationRequest.Parse(
            Read(waiting.Request), device.Client, _terms.Current, _time.GetUtcNow(), waiting.DpopThumbprint, waiting.InstanceThumbprint);
        if (parsed.Refused(out _, out var request) || AuthorizationChecks.RunForDevice(request, device.Client) is not null)
        {
            return null;
        }

        request.DeviceCode = waiting.Hash;
        await _requests.PushAsync(request, ct);
        return request.ResumeUrl;
    }

    /// <summary>The person says that it is not their device.</summary>
    public Task<bool> DenyAsync(DeviceRequest device, CancellationToken ct) => _codes.DenyAsync(device.Waiting.Hash, _time.GetUtcNow(), ct);

    /// <summary>What of a form belongs to a device's request. The browser ends at the host's own page.</summary>
    internal static RequestParameters Parameters(RequestParameters form, AuthorizationServerOptions options)
    {
        var values = Kept.Where(name => form[name] is not null).Select(name => KeyValuePair.Create(name, form[name]!));
        return RequestParameters.Of(values.Append(new("redirect_uri", options.Issuer + options.DevicePage)), form.Resources);
    }

    internal static NewDeviceCode ToRow(AuthorizationRequest request) => new()
    {
        ClientId = request.Client.Id,
        Request = Encoding.UTF8.GetString(JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            request.Parameters.WriteTo(writer);
            writer.WriteEndObject();
        })),
        DpopThumbprint = request.DpopThumbprint,
        InstanceThumbprint = request.ClientInstanceThumbprint,
    };

    private static RequestParameters Read(string json) =>
        RequestParameters.Read(StrictJson.ParseObject(Encoding.UTF8.GetBytes(json), int.MaxValue).OrThrow().Element);
}

/// <summary>A device that waits for a person.</summary>
public sealed class DeviceRequest
{
    internal DeviceRequest(Client client, UserCode code, WaitingDevice waiting) => (Client, Code, Waiting) = (client, code, waiting);

    /// <summary>Which service asks.</summary>
    public Client Client { get; }

    /// <summary>The code, to be compared with what the device shows.</summary>
    public UserCode Code { get; }

    internal WaitingDevice Waiting { get; }

    public override string ToString() => $"device of {Client}";
}

/// <summary>What a typed code gave.</summary>
public abstract class DeviceLookup
{
    private DeviceLookup()
    {
    }

    public sealed class Found(DeviceRequest device) : DeviceLookup
    {
        public DeviceRequest Device { get; } = device;
    }

    /// <summary>No device waits with this code: mistyped, expired, answered.</summary>
    public sealed class Unknown : DeviceLookup;

    /// <summary>Guessed too often; later again.</summary>
    public sealed class TooMany(DateTimeOffset tryAgain) : DeviceLookup
    {
        public DateTimeOffset TryAgain { get; } = tryAgain;
    }
}
