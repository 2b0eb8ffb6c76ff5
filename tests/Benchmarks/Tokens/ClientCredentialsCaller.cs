using IdentityPlatform.Benchmarks.Load;

namespace IdentityPlatform.Benchmarks.Tokens;

/// <summary><c>client_credentials</c>: one request, one signed access token.</summary>
internal sealed class ClientCredentialsCaller(TokenTarget target) : Caller
{
    private readonly byte[] _head = target.TokenHead();

    public override ReadOnlySpan<byte> Begin() => Compose(_head, "grant_type=client_credentials&scope=read"u8);

    public override ReadOnlySpan<byte> Continue(Response response) =>
        response.Status == 200 && response.Body.IndexOf("\"access_token\":\"ey"u8) >= 0 ? default : throw Unexpected(response);
}
