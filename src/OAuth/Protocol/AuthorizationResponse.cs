namespace IdentityPlatform.OAuth.Protocol;

/// <summary>An answer at the redirect URI (RFC 6749 §4.1.2). The issuer is in each, errors too (RFC 9207). Holds a code: never logged.</summary>
public sealed class AuthorizationResponse
{
    private AuthorizationResponse(VerifiedRedirect redirect, params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var present = new List<KeyValuePair<string, string>>();
        foreach (var (name, value) in parameters)
        {
            if (value is not null)
            {
                present.Add(new(name, value));
            }
        }

        (Redirect, Parameters) = (redirect, present);
    }

    /// <summary>The verified address: without one there is no answer.</summary>
    public VerifiedRedirect Redirect { get; }

    /// <summary>What the client gets.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Parameters { get; }

    /// <summary>Where the browser goes when the answer travels in the query.</summary>
    public string Location => Redirect.With(Parameters);

    public static AuthorizationResponse Code(VerifiedRedirect redirect, string issuer, string? state, string code) =>
        new(redirect, ("code", code), ("state", state), ("iss", issuer));

    public static AuthorizationResponse Error(VerifiedRedirect redirect, string issuer, string? state, string error, string? description) =>
        new(redirect, ("error", error), ("error_description", description), ("state", state), ("iss", issuer));

    /// <summary>The same answer inside a JWT (JARM §2.3): nothing else travels.</summary>
    internal AuthorizationResponse Signed(string jwt) => new(Redirect, ("response", jwt));

    /// <summary>Redacted.</summary>
    public override string ToString() => "authorization response";
}
