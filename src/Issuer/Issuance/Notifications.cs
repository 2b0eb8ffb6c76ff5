using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Issuer.Protocol;

namespace IdentityPlatform.Issuer.Issuance;

/// <summary>
/// The <c>notification_id</c> of an answer (OpenID4VCI 1.0 §11): random, and authenticated for its grant, so that nothing has to be
/// kept to know it again. What wallets report is counted by kind, and with nothing that says who.
/// </summary>
public sealed class Notifications
{
    private const int RandomBytes = 12;
    private const int MacBytes = 16;

    private readonly byte[] _key;
    private readonly Counter<long> _reports;

    public Notifications(Signer signer, IMeterFactory meters)
    {
        _key = signer.Secret(SecretRole.Notifications);
        _reports = meters.Create("IdentityPlatform.Issuer").CreateCounter<long>("issuer.wallet.notifications", "{notification}", "What wallets say became of their credentials.");
    }

    /// <summary>An id for one answer.</summary>
    public string NewId(string grantId)
    {
        Span<byte> id = stackalloc byte[RandomBytes + MacBytes];
        RandomNumberGenerator.Fill(id[..RandomBytes]);
        Mac(id[..RandomBytes], grantId, id[RandomBytes..]);
        return Base64UrlText.Encode(id);
    }

    /// <summary>Takes a report: the same again succeeds again. The failure when the id was not given to this grant.</summary>
    public CredentialFailure? Receive(NotificationRequest request, string grantId)
    {
        if (!IsOf(request.NotificationId, grantId))
        {
            return new(CredentialError.InvalidNotificationId, CredentialRule.KnownNotification, "the notification_id was not given to this wallet");
        }

        _reports.Add(1, new KeyValuePair<string, object?>("event", request.Event));
        return null;
    }

    private bool IsOf(string text, string grantId)
    {
        if (!Base64UrlText.TryDecode(text, out var id) || id.Length != RandomBytes + MacBytes)
        {
            return false;
        }

        Span<byte> mac = stackalloc byte[MacBytes];
        Mac(id.AsSpan(0, RandomBytes), grantId, mac);
        return CryptographicOperations.FixedTimeEquals(mac, id.AsSpan(RandomBytes));
    }

    private void Mac(ReadOnlySpan<byte> random, string grantId, Span<byte> mac)
    {
        byte[] input = [.. random, .. Encoding.UTF8.GetBytes(grantId)];
        HMACSHA256.HashData(_key, input).AsSpan(0, MacBytes).CopyTo(mac);
    }
}
