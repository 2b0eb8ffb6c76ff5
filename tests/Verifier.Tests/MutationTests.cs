using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Verifier.Tests.Scenarios;

namespace IdentityPlatform.Verifier.Tests;

/// <summary>Whatever is changed in a presentation, the verifier answers, and never with an acceptance.</summary>
public sealed class MutationTests
{
    private const int Rounds = 8000;

    [Fact]
    public void No_change_of_a_presentation_is_accepted_and_none_throws()
    {
        var scenario = new Scenario();
        var (trust, valid) = (scenario.Trust(), scenario.Present());
        var seed = 17u;
        for (var round = 0; round < Rounds; round++)
        {
            var mutated = Mutate(valid, ref seed);
            var result = CredentialVerifier.Verify(mutated, scenario.Expectation(), scenario.Policy, trust, scenario.Now);
            Assert.True(mutated == valid || result is VerificationResult.Rejected, $"round {round} was accepted");
        }
    }

    [Fact]
    public void What_the_writer_mints_and_the_holder_shows_is_accepted()
    {
        var claims = new SdObject()
            .Plain("vct", SdValue.Of(TestPki.CardType))
            .Plain("exp", SdValue.Of(Scenario.Noon.AddDays(1).ToUnixTimeSeconds()))
            .Plain("cnf", new SdObject().Plain("jwk", SdValue.Of(System.Text.Json.JsonElement.Parse(TestPki.Holder.PublicKey.WithoutKeyId().ToJson()))))
            .Disclosable("age_equal_or_over", new SdObject().Disclosable("18", SdValue.Of(true)).Disclosable("21", SdValue.Of(false)))
            .Disclosable("family_name", SdValue.Of("Щеглова"));
        var issued = SdJwtWriter.Issue(TestPki.CardSigner, "dc+sd-jwt", claims, System.Security.Cryptography.RandomNumberGenerator.Fill, decoys: 3, KeyReference.X5c);
        var shown = HeldSdJwt.Parse(issued).OrThrow().Present([ClaimPath.Of("age_equal_or_over", "18")]);
        var scenario = new Scenario();
        var presented = HeldSdJwt.Bind(shown, TestPki.Holder, scenario.Expectation().Audience, scenario.Expectation().Nonce, Scenario.Noon);
        var accepted = CredentialVerifier.Verify(presented, scenario.Expectation(), scenario.Policy, scenario.Trust(), Scenario.Noon).IsAccepted();
        Assert.Empty(accepted.Credential.Find("age_equal_or_over", "21"));
    }

    // One character replaced, dropped, doubled or two parts exchanged; seeded, so that a failure can be seen again.
    private static string Mutate(string text, ref uint seed)
    {
        var at = (int)(Next(ref seed) % (uint)text.Length);
        const string alphabet = "ABCabc019-_~.= \n\0é";
        return (Next(ref seed) % 4) switch
        {
            0 => text[..at] + alphabet[(int)(Next(ref seed) % (uint)alphabet.Length)] + text[(at + 1)..],
            1 => text.Remove(at, 1),
            2 => text.Insert(at, text[at].ToString()),
            _ => text[at..] + text[..at],
        };
    }

    // The generator of Numerical Recipes: any full-period one will do.
    private static uint Next(ref uint seed) => seed = unchecked((seed * 1664525) + 1013904223) >> 3 ^ seed << 7;
}
