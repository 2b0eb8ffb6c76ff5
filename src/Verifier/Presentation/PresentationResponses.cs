using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Verifier.Presentation;

/// <summary>Reads what a wallet posts (OpenID4VP §8.2, §8.3).</summary>
public static class PresentationResponses
{
    /// <summary>Reads the parameter <c>response</c>: an encrypted answer to this request.</summary>
    public static PresentationResponse Read(PresentationRequest request, string response)
    {
        if (!request.IsEncrypted)
        {
            return new PresentationResponse.Malformed(new FormatFailure(FormatRule.Encryption, "no key was offered to encrypt to"));
        }

        // OpenID4VP §8.3: the answer repeats the kid of the key; each request has its own key.
        if (Jwe.KeyIdOf(response) != request.EncryptionKey.KeyId)
        {
            return new PresentationResponse.Malformed(new FormatFailure(FormatRule.Encryption, "the response is not encrypted to the key of this request"));
        }

        if (request.Decrypt(response).Failed(out var failure, out var bytes)
            || StrictJson.ParseObject(bytes, Jwe.DefaultMaxBytes).Failed(out failure, out var json))
        {
            return new PresentationResponse.Malformed(failure);
        }

        return ReadObject(request, json.Element);
    }

    /// <summary>Reads the parameters <c>vp_token</c> and <c>state</c> of an answer by <c>direct_post</c>, which is not encrypted (OpenID4VP §8.2).</summary>
    public static PresentationResponse ReadPlain(PresentationRequest request, string vpToken, string? state)
    {
        // OpenID4VP §8.3: what was to be encrypted is not taken in clear.
        if (request.IsEncrypted)
        {
            return new PresentationResponse.Malformed(new FormatFailure(FormatRule.Encryption, "the answer is not encrypted"));
        }

        if (state != request.State)
        {
            return new PresentationResponse.Malformed(new FormatFailure(FormatRule.Member, "state is not the one of this request"));
        }

        return StrictJson.ParseObject(Encoding.UTF8.GetBytes(vpToken), Jwe.DefaultMaxBytes).Failed(out var failure, out var json)
            || VpToken.Parse(json.Element, request.Query).Failed(out failure, out var token)
            ? new PresentationResponse.Malformed(failure)
            : new PresentationResponse.Presented(token);
    }

    /// <summary>Reads the parameters <c>error</c> and <c>state</c> of an answer that is not encrypted (OpenID4VP §8.3: accepted).</summary>
    public static PresentationResponse ReadError(PresentationRequest request, string error, string? state) => state == request.State
        ? new PresentationResponse.Declined(KnownError(error))
        : new PresentationResponse.Malformed(new FormatFailure(FormatRule.Member, "state is not the one of this request"));

    /// <summary>Reads the <c>data</c> that the Digital Credentials API gave to the page (OpenID4VP §A.4): an error, or an answer in the form that was asked for.</summary>
    public static PresentationResponse ReadDcApi(PresentationRequest request, JsonElement data)
    {
        if (data.StringMember("error") is { } error)
        {
            return new PresentationResponse.Declined(KnownError(error));
        }

        if (!request.IsEncrypted)
        {
            return ReadObject(request, data);
        }

        // OpenID4VP §8.3: what was to be encrypted is not taken in clear.
        return data.StringMember("response") is { } response
            ? Read(request, response)
            : new PresentationResponse.Malformed(new FormatFailure(FormatRule.Encryption, "the answer is not encrypted"));
    }

    private static PresentationResponse ReadObject(PresentationRequest request, JsonElement json)
    {
        // OpenID4VP §A.4: over the Digital Credentials API no state is returned.
        if (request.Origin is null && json.StringMember("state") != request.State)
        {
            return new PresentationResponse.Malformed(new FormatFailure(FormatRule.Member, "state is not the one of this request"));
        }

        if (json.StringMember("error") is { } error)
        {
            return new PresentationResponse.Declined(KnownError(error));
        }

        if (json.ObjectMember("vp_token") is not { } presented)
        {
            return new PresentationResponse.Malformed(new FormatFailure(FormatRule.Member, "vp_token is an object"));
        }

        return VpToken.Parse(presented, request.Query).Failed(out var failure, out var token)
            ? new PresentationResponse.Malformed(failure)
            : new PresentationResponse.Presented(token);
    }

    // OpenID4VP §8.5 and RFC 6749 §4.1.2.1. What a wallet makes up is not passed on.
    private static string KnownError(string error) => error is "invalid_request" or "invalid_client" or "access_denied" or "invalid_scope"
        or "vp_formats_not_supported" or "invalid_request_uri_method" or "invalid_transaction_data" or "wallet_unavailable" ? error : "unknown_error";
}

/// <summary>What a wallet answered: closed.</summary>
public abstract class PresentationResponse
{
    private PresentationResponse()
    {
    }

    /// <summary>Answers by case.</summary>
    public T Match<T>(Func<Presented, T> presented, Func<Declined, T> declined, Func<Malformed, T> malformed) => this switch
    {
        Presented p => presented(p),
        Declined d => declined(d),
        Malformed m => malformed(m),
        _ => throw new InvalidOperationException("There is no fourth answer."),
    };

    /// <summary>Presentations, not verified yet.</summary>
    public sealed class Presented : PresentationResponse
    {
        internal Presented(VpToken token) => Token = token;

        /// <summary>The presentations by query.</summary>
        public VpToken Token { get; }
    }

    /// <summary>The wallet or its holder declined.</summary>
    public sealed class Declined : PresentationResponse
    {
        internal Declined(string error) => Error = error;

        /// <summary>A code of OpenID4VP §8.5, or <c>unknown_error</c>.</summary>
        public string Error { get; }
    }

    /// <summary>Not an answer to this request at all.</summary>
    public sealed class Malformed : PresentationResponse
    {
        internal Malformed(FormatFailure failure) => Failure = failure;

        /// <summary>The rule that it broke.</summary>
        public FormatFailure Failure { get; }
    }
}

/// <summary>A VP token as received (OpenID4VP §8.1): presentations by the id of their query, none of them verified.</summary>
public sealed class VpToken
{
    private readonly Dictionary<string, IReadOnlyList<string>> _presentations;

    private VpToken(Dictionary<string, IReadOnlyList<string>> presentations) => _presentations = presentations;

    /// <summary>Writes it as it is parsed.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        foreach (var (id, presentations) in _presentations)
        {
            DcqlJson.WriteStrings(writer, id, [.. presentations]);
        }

        writer.WriteEndObject();
    }

    /// <summary>Redacted.</summary>
    public override string ToString() => $"VP token for {string.Join(", ", _presentations.Keys)}";

    internal IEnumerable<(CredentialQuery Query, string Presentation)> By(DcqlQuery query) =>
        query.Credentials.SelectMany(credential => _presentations.GetValueOrDefault(credential.Id, []).Select(presentation => (credential, presentation)));

    /// <summary>Reads a VP token that was kept; what wallets send is read by <see cref="PresentationResponses"/>.</summary>
    /// <param name="json">The value of <c>vp_token</c>.</param>
    /// <param name="query">The query that it answers.</param>
    public static Parsed<VpToken> Parse(JsonElement json, DcqlQuery query)
    {
        const int mostPerQuery = 16;
        if (json.ValueKind != JsonValueKind.Object)
        {
            return new FormatFailure(FormatRule.Structure, "vp_token is an object");
        }

        var presentations = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject())
        {
            if (query.Credentials.FirstOrDefault(credential => credential.Id == member.Name) is not { } credential)
            {
                return new FormatFailure(FormatRule.Structure, "vp_token answers a query that was not asked");
            }

            var most = credential.Multiple ? mostPerQuery : 1;
            if (TextsOf(credential, member.Value) is not { Count: > 0 } texts || texts.Count > most)
            {
                return new FormatFailure(FormatRule.Structure, $"vp_token has for each query an array of 1 to {most} presentations");
            }

            if (!presentations.TryAdd(member.Name, texts))
            {
                return new FormatFailure(FormatRule.Structure, "vp_token answers a query twice");
            }
        }

        return new VpToken(presentations);
    }

    // OpenID4VP §8.1: strings, or objects where the format has a serialisation as JSON (RFC 9901 §8).
    private static List<string>? TextsOf(CredentialQuery query, JsonElement array)
    {
        if (array.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var texts = new List<string>();
        foreach (var item in array.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String && (item.ValueKind != JsonValueKind.Object || query.Format != CredentialQuery.SdJwtFormat))
            {
                return null;
            }

            texts.Add(item.ValueKind == JsonValueKind.String ? item.GetString()! : item.GetRawText());
        }

        return texts;
    }
}
