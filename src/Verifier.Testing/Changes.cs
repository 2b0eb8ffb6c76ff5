using System.Text.Json.Nodes;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.Verifier.Testing;

/// <summary>The one change of a valid presentation that gives each failure.</summary>
internal static class Changes
{
    public static IReadOnlyDictionary<Type, Action<TestPresentation>> Of { get; } =
        OfIssuer().Concat(OfType()).Concat(OfTime()).Concat(OfHolder()).Concat(OfStatusAndRequest()).ToDictionary();

    private static Dictionary<Type, Action<TestPresentation>> OfIssuer() => new()
    {
        [typeof(Failure.Malformed)] = p => p.Tamper = _ => "no card at all",
        [typeof(Failure.NoIssuerCertificate)] = p => p.WithCertificates = false,
        [typeof(Failure.UntrustedIssuer)] = p => p.Signer = p.Issuer.Stranger,
        [typeof(Failure.IssuerNotForType)] = p => p.Claims["vct"] = TestIssuer.OtherType,
        [typeof(Failure.DeniedSigner)] = p => p.Content = Bundle(p, denied: [p.Signer.PublicKey.ThumbprintText()]),
        [typeof(Failure.IssuerMismatch)] = p => p.Claims["iss"] = "https://another.test.example",
        [typeof(Failure.NoPinnedKey)] = p => p.Policy = Policies.With(IssuerTrust.PinnedKeysUnsafe(new PinnedIssuerKey(TestIssuer.OtherType, p.Signer.PublicKey))),
        [typeof(Failure.BundleTooOld)] = p => p.Content = Bundle(p, p.Now.AddDays(-31)),
        [typeof(Failure.IssuerSignatureInvalid)] = p => (p.Signer, p.Certified) = (p.Issuer.Stranger, p.Issuer.Signer),
        [typeof(Failure.IssuerAlgorithmNotAllowed)] = p => p.Policy = Policies.With(algorithms: [JwsAlgorithm.ES384]),
        [typeof(Failure.DigestMismatch)] = p => p.Shown.Add(TestPresentation.Disclosure("nickname", "Tess")),
        [typeof(Failure.DisclosureRefused)] = p => p.Claims["age_equal_or_over"] = new JsonObject(),
        [typeof(Failure.UnknownDigestAlgorithm)] = p => p.Claims["_sd_alg"] = "sha-1",
    };

    private static Dictionary<Type, Action<TestPresentation>> OfType() => new()
    {
        [typeof(Failure.WrongTokenType)] = p => p.Header["typ"] = "JWT",
        [typeof(Failure.AkaTypesMalformed)] = p => p.Claims["aka_vcts"] = new JsonArray(),
        [typeof(Failure.TypeMetadataMissing)] = p => p.Policy = Policies.With(types: TypeMetadataCheck.Required),
        [typeof(Failure.TypeMetadataUnusable)] = p => Described(p, new JsonObject { ["vct"] = TestIssuer.CardType, ["extends"] = TestIssuer.CardType }),
        [typeof(Failure.AgainstTypeMetadata)] = p => Described(p, new JsonObject
        {
            ["vct"] = TestIssuer.CardType,
            ["claims"] = new JsonArray(new JsonObject { ["path"] = new JsonArray("issuing_country"), ["mandatory"] = true, ["sd"] = "never" }),
        }),
        [typeof(Failure.UnexpectedType)] = p => p.Expectation = Asking(CredentialQuery.OfType("card", TestIssuer.OtherType)),
        [typeof(Failure.ForbiddenDisclosure)] = p =>
        {
            p.Claims.Remove("exp");
            p.Disclose("exp", p.Now.AddDays(80).ToUnixTimeSeconds());
        },
    };

    private static Dictionary<Type, Action<TestPresentation>> OfTime() => new()
    {
        [typeof(Failure.Expired)] = p => p.Claims["exp"] = p.Now.AddDays(-1).ToUnixTimeSeconds(),
        [typeof(Failure.NotYetValid)] = p => p.Claims["nbf"] = p.Now.AddDays(1).ToUnixTimeSeconds(),
        [typeof(Failure.TimeMissing)] = p => p.Claims.Remove("exp"),
        [typeof(Failure.TimeMalformed)] = p => p.Claims["exp"] = "soon",
        [typeof(Failure.ClockBehindBundle)] = p => p.Content = Bundle(p, p.Now.AddDays(1)),
    };

    private static Dictionary<Type, Action<TestPresentation>> OfHolder() => new()
    {
        [typeof(Failure.HolderBindingMissing)] = p => p.WithKeyBinding = false,
        [typeof(Failure.HolderKeyUnusable)] = p => p.Claims["cnf"] = new JsonObject(),
        [typeof(Failure.WrongKeyBindingType)] = p => p.KeyBindingHeader["typ"] = "JWT",
        [typeof(Failure.HolderAlgorithmNotAllowed)] = p =>
        {
            p.Policy = Policies.With(algorithms: [JwsAlgorithm.ES256]);
            (p.Holder, p.KeyBindingHeader["alg"]) = (TestIssuer.NewLargeKey(), "ES384");
        },
        [typeof(Failure.HolderSignatureInvalid)] = p => p.Holder = p.Issuer.OtherHolder,
        [typeof(Failure.WrongNonce)] = p => p.KeyBindingClaims["nonce"] = "dGhlLW5vbmNlLW9mLWFub3RoZXItdGVzdA",
        [typeof(Failure.WrongAudience)] = p => p.KeyBindingClaims["aud"] = "x509_hash:another",
        [typeof(Failure.PresentationTimeMissing)] = p => p.KeyBindingClaims.Remove("iat"),
        [typeof(Failure.PresentationTooOld)] = p => p.KeyBindingClaims["iat"] = p.Now.AddHours(-1).ToUnixTimeSeconds(),
        [typeof(Failure.PresentationFromTheFuture)] = p => p.KeyBindingClaims["iat"] = p.Now.AddHours(1).ToUnixTimeSeconds(),
        [typeof(Failure.SdHashMismatch)] = p => p.KeyBindingClaims["sd_hash"] = TestPresentation.Digest("another presentation"),
        [typeof(Failure.TransactionDataMismatch)] = p => p.Expectation = Asking(p.Expectation.Query, TestPresentation.Digest("a payment")),
    };

    private static Dictionary<Type, Action<TestPresentation>> OfStatusAndRequest() => new()
    {
        [typeof(Failure.Revoked)] = p => p.StatusLists[0] = p.Issuer.StatusList(1),
        [typeof(Failure.Suspended)] = p => p.StatusLists[0] = p.Issuer.StatusList(2),
        [typeof(Failure.UnregisteredStatus)] = p => p.StatusLists[0] = p.Issuer.StatusList(3),
        [typeof(Failure.StatusUnknown)] = p => p.StatusLists.Clear(),
        [typeof(Failure.ClaimMissing)] = p => p.Expectation = Asking(p.Expectation.Query.Asking("given_name")),
        [typeof(Failure.ValueNotRequested)] = p => p.Expectation = Asking(CredentialQuery.OfType("card", TestIssuer.CardType).AskingFor(ClaimPath.Of("age_equal_or_over", "18"), false)),
        [typeof(Failure.OverDisclosure)] = p => p.Shown.Add(p.FamilyName),
    };

    private static void Described(TestPresentation presentation, JsonObject metadata)
    {
        presentation.Policy = Policies.With(types: TypeMetadataCheck.WhereHeld);
        presentation.Describe(metadata);
    }

    private static Expectation Asking(CredentialQuery query, params IReadOnlyList<string> transactionHashes) => new()
    {
        Query = query,
        Nonce = TestPresentation.Nonce,
        Audience = TestPresentation.Audience,
        TransactionHashes = transactionHashes,
    };

    private static BundleContent Bundle(TestPresentation presentation, DateTimeOffset? issuedAt = null, IReadOnlyList<string>? denied = null) => new()
    {
        Version = presentation.Content.Version,
        IssuedAt = issuedAt ?? presentation.Content.IssuedAt,
        Anchors = presentation.Content.Anchors,
        Denied = denied ?? presentation.Content.Denied,
        Types = presentation.Content.Types,
        Regions = presentation.Content.Regions,
        BundleMaxAge = presentation.Content.BundleMaxAge,
        StatusMaxAge = presentation.Content.StatusMaxAge,
    };
}

/// <summary>The profile of HAIP with a member changed.</summary>
internal static class Policies
{
    public static Policy With(IssuerTrust? trust = null, IReadOnlyList<JwsAlgorithm>? algorithms = null, TypeMetadataCheck types = TypeMetadataCheck.NotRead) => new()
    {
        IssuerTrust = trust ?? Policy.Haip.IssuerTrust,
        HolderBinding = Policy.Haip.HolderBinding,
        Status = Policy.Haip.Status,
        ExpiryRequired = Policy.Haip.ExpiryRequired,
        Algorithms = algorithms ?? Policy.Haip.Algorithms,
        ClockSkew = Policy.Haip.ClockSkew,
        PresentationMaxAge = Policy.Haip.PresentationMaxAge,
        TypeMetadata = types,
    };
}
