using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.OAuth.Clients;
using IdentityPlatform.OAuth.Protocol;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Endpoints;

/// <summary>Sends an answer to its redirect URI in the response mode that the request named: plain or signed (JARM), in the query or in a form.</summary>
internal sealed class AuthorizationAnswers(AuthorizationServerOptions options, ServerTerms terms, Signer signer, TimeProvider time)
{
    // JARM §2.1: at most ten minutes. The browser needs a moment.
    private static readonly TimeSpan SignedLifetime = TimeSpan.FromMinutes(2);

    public IResult Send(HttpContext http, AuthorizationResponse response, ResponseMode mode, Client client)
    {
        if (mode.IsSigned())
        {
            // A request whose answer cannot be signed was refused; that refusal alone travels in the plain.
            if (signer.FindActive(terms.ResponseRole, client.ResponseAlgorithm) is not { } key)
            {
                return RedirectAnswer.To(response);
            }

            response = response.Signed(Sign(key, response, client));
        }

        return mode.IsForm() && options.FormPostPage is { } page
            ? new PageAnswer(page(http, new(response)), StatusCodes.Status200OK)
            : RedirectAnswer.To(response);
    }

    // JARM §2.1. The parameters hold iss already (RFC 9207), with the same meaning as the claim.
    private string Sign(SigningKey key, AuthorizationResponse response, Client client) => JwtWriter.Sign(key, "JWT", writer =>
    {
        writer.WriteString("aud", client.Id);
        writer.WriteNumber("exp", (time.GetUtcNow() + SignedLifetime).ToUnixTimeSeconds());
        foreach (var (name, value) in response.Parameters)
        {
            writer.WriteString(name, value);
        }
    });
}
