namespace IdentityPlatform.OAuth.Clients;

/// <summary>How a client authenticates (RFC 7591 §2, <c>token_endpoint_auth_method</c>).</summary>
public enum ClientAuthenticationMethod
{
    /// <summary><c>private_key_jwt</c> (RFC 7523).</summary>
    PrivateKeyJwt,

    /// <summary><c>attest_jwt_client_auth</c>: a wallet with an attestation of its provider.</summary>
    Attestation,

    /// <summary><c>none</c>: a public client; its tokens are still bound to its DPoP key.</summary>
    None,

    /// <summary><c>client_secret_basic</c> (RFC 6749 §2.3.1).</summary>
    ClientSecretBasic,

    /// <summary><c>client_secret_post</c> (RFC 6749 §2.3.1).</summary>
    ClientSecretPost,

    /// <summary><c>tls_client_auth</c>: a certificate of an authority that is trusted here (RFC 8705 §2.1).</summary>
    TlsClientAuth,

    /// <summary><c>self_signed_tls_client_auth</c>: a certificate that the client registered itself (RFC 8705 §2.2).</summary>
    SelfSignedTlsClientAuth,
}

/// <summary>The registered names of the methods.</summary>
internal static class ClientAuthenticationMethods
{
    private static readonly (string Name, ClientAuthenticationMethod Method)[] Registered =
    [
        ("private_key_jwt", ClientAuthenticationMethod.PrivateKeyJwt),
        ("attest_jwt_client_auth", ClientAuthenticationMethod.Attestation),
        ("none", ClientAuthenticationMethod.None),
        ("client_secret_basic", ClientAuthenticationMethod.ClientSecretBasic),
        ("client_secret_post", ClientAuthenticationMethod.ClientSecretPost),
        ("tls_client_auth", ClientAuthenticationMethod.TlsClientAuth),
        ("self_signed_tls_client_auth", ClientAuthenticationMethod.SelfSignedTlsClientAuth),
    ];

    public static IEnumerable<string> Names => Registered.Select(entry => entry.Name);

    // Loops, since a query over pairs is compiled at every start.
    public static ClientAuthenticationMethod? Find(string name)
    {
        foreach (var entry in Registered)
        {
            if (entry.Name == name)
            {
                return entry.Method;
            }
        }

        return null;
    }

    public static string Name(this ClientAuthenticationMethod method)
    {
        foreach (var entry in Registered)
        {
            if (entry.Method == method)
            {
                return entry.Name;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(method));
    }
}
