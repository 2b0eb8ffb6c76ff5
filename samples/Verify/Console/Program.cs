using System.Globalization;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Verifier;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Presentation;

// A case of the corpus: a presentation, the request that it answers, and the time.
var received = JsonElement.Parse(File.ReadAllBytes(args[0]));
var held = received.ObjectMember("bundle") ?? JsonElement.Parse(File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(args[0])!, "bundle.json")));

// Whom to trust: a bundle, taken only because the root that you pinned signed it.
var root = Jwk.Parse(held.GetProperty("root")).OrThrow();
var bundle = OfflineBundle.Parse(Encoding.UTF8.GetBytes(held.GetProperty("bundle").GetRawText()), root).OrThrow();

// What you asked for, and the two values that tie the answer to your request.
var expectation = new Expectation
{
    Query = CredentialQuery.OfType("card", "https://example.org/vct/compatriot-card/1").Asking("age_equal_or_over", "18"),
    Nonce = received.StringMember("nonce")!,
    Audience = received.StringMember("audience")!,
};

// In a program of your own the time is DateTimeOffset.UtcNow; a case has its own.
var now = DateTimeOffset.FromUnixTimeSeconds(received.LongMember("now")!.Value);
var verdict = CredentialVerifier.Verify(received.StringMember("presented")!, expectation, Policy.Haip, Trust.From(bundle), now);

Console.WriteLine(verdict.Explain(CultureInfo.GetCultureInfo("en")));
foreach (var (check, outcome) in verdict.Report.Checks)
{
    Console.WriteLine($"  {check}: {outcome.GetType().Name}");
}

return verdict is VerificationResult.Accepted ? 0 : 1;
