using IdentityPlatform.Formats;

namespace IdentityPlatform.Issuer.Protocol;

/// <summary>What a wallet says became of its credentials (OpenID4VCI 1.0 §11.1). Its description is for nobody here and is not kept.</summary>
public sealed class NotificationRequest
{
    private static readonly string[] Events = ["credential_accepted", "credential_failure", "credential_deleted"];

    private NotificationRequest(string notificationId, string what) => (NotificationId, Event) = (notificationId, what);

    public string NotificationId { get; }

    /// <summary>One of the three events.</summary>
    public string Event { get; }

    /// <summary>Parses a request; members that we do not know are ignored.</summary>
    public static Checked<NotificationRequest> Parse(WalletMessage message)
    {
        if (message.Json.StringMember("notification_id") is not { } id)
        {
            return Invalid("notification_id is missing, or no string");
        }

        if (message.Json.StringMember("event") is not { } name || !Events.Contains(name, StringComparer.Ordinal))
        {
            return Invalid("event is credential_accepted, credential_failure or credential_deleted");
        }

        return message.Json.Member("event_description") is { } description && !IsText(description.ValueKind == System.Text.Json.JsonValueKind.String ? description.GetString() : null)
            ? Invalid("event_description is a text of printable ASCII without quotation marks and backslashes")
            : new NotificationRequest(id, name);
    }

    /// <summary>Redacted.</summary>
    public override string ToString() => Event;

    // §11.1: %x20-21 / %x23-5B / %x5D-7E.
    private static bool IsText(string? text) => text is not null && text.All(c => c is >= ' ' and <= '~' and not '"' and not '\\');

    private static CredentialFailure Invalid(string description) => new(CredentialError.InvalidNotificationRequest, CredentialRule.Notification, description);
}
