using System.Globalization;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Verifier.Presentation;
using IdentityPlatform.Verifier.Refresh;

namespace IdentityPlatform.Verifier.Tests.Readme;

/// <summary>The code of the README, between the two marks, letter by letter.</summary>
internal static class EmbeddingExample
{
    public static async Task<string> CheckAsync(string presented, string nonce, string clientId, Jwk pinnedRoot, string folder, Uri mirror, CancellationToken ct)
    {
        #region README
        // Any mirror will do: only what the pinned root signed is taken, and nothing older than what is kept.
        var bundles = BundleStore.Open(folder, [pinnedRoot], TimeProvider.System);
        await new BundleRefresher(bundles, mirror).RefreshAsync(ct);

        // What you asked the wallet for, and the two values that tie the answer to this one request.
        var over18 = CredentialQuery.OfType("card", "https://example.org/vct/compatriot-card/1").Asking("age_equal_or_over", "18");
        var expectation = new Expectation { Query = over18, Nonce = nonce, Audience = clientId };

        var verdict = CredentialVerifier.Verify(presented, expectation, Policy.Haip, bundles.Trust, DateTimeOffset.UtcNow);
        return verdict.Explain(CultureInfo.CurrentUICulture);
        #endregion
    }
}
