using System.Text;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Issuer.Protocol;

/// <summary>Writes credential offers (OpenID4VCI 1.0 §4.1.1). An offer holds no personal data.</summary>
public static class CredentialOffer
{
    /// <summary>The digits of a transaction code.</summary>
    public const int TransactionCodeLength = 6;

    /// <summary>An offer for the authorization code flow.</summary>
    public static string ForCode(string issuer, IEnumerable<string> configurationIds, string issuerState) => Write(issuer, configurationIds, writer =>
    {
        writer.WriteStartObject("authorization_code");
        writer.WriteString("issuer_state", issuerState);
        writer.WriteEndObject();
    });

    /// <summary>An offer across the desk: whoever speaks the transaction code collects.</summary>
    public static string PreAuthorised(string issuer, IEnumerable<string> configurationIds, string code) => Write(issuer, configurationIds, writer =>
    {
        writer.WriteStartObject("urn:ietf:params:oauth:grant-type:pre-authorized_code");
        writer.WriteString("pre-authorized_code", code);
        writer.WriteStartObject("tx_code");
        writer.WriteString("input_mode", "numeric");
        writer.WriteNumber("length", TransactionCodeLength);
        writer.WriteEndObject();
        writer.WriteEndObject();
    });

    private static string Write(string issuer, IEnumerable<string> configurationIds, Action<System.Text.Json.Utf8JsonWriter> grant) =>
        Encoding.UTF8.GetString(JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("credential_issuer", issuer);
            writer.WriteStrings("credential_configuration_ids", configurationIds);
            writer.WriteStartObject("grants");
            grant(writer);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }));
}
