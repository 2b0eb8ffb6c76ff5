using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using Step = IdentityPlatform.Verifier.Checks.Step<IdentityPlatform.Verifier.SdJwt.SdJwtCase>;

namespace IdentityPlatform.Verifier.SdJwt;

/// <summary>The key in <c>cnf</c> signed this presentation, for this verifier and this request (RFC 9901 §7.3).</summary>
internal static class SdJwtHolderBinding
{
    public static Step Check(SdJwtCase c)
    {
        if (c.Token.KeyBinding is not { } binding)
        {
            // RFC 9901 §7.3(1): the policy decides whether it is needed, not the input.
            return c.Policy.HolderBinding == HolderBinding.WaivedUnsafe && c.Expectation.TransactionHashes.Count == 0
                ? Step.Waived(c, "the policy does not ask for the holder's signature")
                : new Failure.HolderBindingMissing();
        }

        return (CheckSignature(c, binding) ?? CheckClaims(c, binding.UnverifiedClaims)) is { } failure ? failure : Step.Passed(c);
    }

    private static Failure? CheckSignature(SdJwtCase c, SignedJwt binding)
    {
        if (!binding.IsType("kb+jwt"))
        {
            return new Failure.WrongKeyBindingType(binding.Type);
        }

        if (!c.Policy.Algorithms.Contains(binding.Algorithm))
        {
            return new Failure.HolderAlgorithmNotAllowed(binding.Algorithm.Name());
        }

        // A reference in cnf (jku, kid) is not followed: the key itself has to be there (RFC 7800 §3.2).
        if (HolderKey(c.SignedClaims).Failed(out var unusable, out var key))
        {
            return new Failure.HolderKeyUnusable(unusable.Rule, unusable.Fact);
        }

        using (key)
        {
            return binding.Verify(key, "kb+jwt", binding.Algorithm).Failed(out _, out _) ? new Failure.HolderSignatureInvalid() : null;
        }
    }

    private static Parsed<VerificationKey> HolderKey(JsonElement claims)
    {
        if (claims.ObjectMember("cnf")?.ObjectMember("jwk") is not { } json)
        {
            return new FormatFailure(FormatRule.Member, "cnf holds no jwk");
        }

        return Jwk.Parse(json).Failed(out var failure, out var jwk) ? failure : VerificationKey.Import(jwk);
    }

    private static Failure? CheckClaims(SdJwtCase c, JsonElement claims)
    {
        if (!claims.HasString("nonce", c.Expectation.Nonce))
        {
            return new Failure.WrongNonce();
        }

        // RFC 9901 §4.3: aud is a single string.
        if (!claims.HasString("aud", c.Expectation.Audience))
        {
            return new Failure.WrongAudience(c.Expectation.Audience);
        }

        return (CheckTime(c, claims) ?? CheckHash(c)) ?? CheckTransactions(c, claims);
    }

    private static Failure? CheckTime(SdJwtCase c, JsonElement claims)
    {
        if (claims.LongMember("iat") is not { } seconds || UnixTime.Find(seconds) is not { } issuedAt)
        {
            return new Failure.PresentationTimeMissing();
        }

        if (issuedAt > c.Now + c.Policy.ClockSkew)
        {
            return new Failure.PresentationFromTheFuture(c.Now, issuedAt);
        }

        return issuedAt < c.Now - c.Policy.PresentationMaxAge - c.Policy.ClockSkew ? new Failure.PresentationTooOld(c.Now, issuedAt) : null;
    }

    private static Failure.SdHashMismatch? CheckHash(SdJwtCase c) =>
        c.Token.HasExpectedSdHash(c.SignedClaims) ? null : new Failure.SdHashMismatch();

    // OpenID4VP §B.3.3: exactly what was to be confirmed, each once, with the hash that every wallet knows.
    private static Failure.TransactionDataMismatch? CheckTransactions(SdJwtCase c, JsonElement claims)
    {
        var expected = c.Expectation.TransactionHashes;
        if (expected.Count == 0 && claims.Member("transaction_data_hashes") is null)
        {
            return null;
        }

        return claims.StringsMember("transaction_data_hashes") is { } signed && signed.Order(StringComparer.Ordinal).SequenceEqual(expected.Order(StringComparer.Ordinal))
            && (claims.Member("transaction_data_hashes_alg") is null || claims.HasString("transaction_data_hashes_alg", "sha-256"))
            ? null
            : new Failure.TransactionDataMismatch();
    }
}
