using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Playground.People;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Wallet;
using IdentityPlatform.Wallet.Cards;
using IdentityPlatform.Wallet.Presentation;

namespace IdentityPlatform.Playground.Story;

/// <summary>What a dishonest holder, issuer or mirror can try at the door: each is refused by exactly the check that it breaks.</summary>
internal sealed class Step6Refusals(Cast cast, StoryTeller teller)
{
    public async Task PlayAsync(CancellationToken ct)
    {
        await ExpectAsync("a tampered disclosure", "Integrity/DigestMismatch", Tampered, ct);
        await ExpectAsync("a presentation for another audience", "HolderBinding/WrongAudience",
            (visit, presenter, copy, chosen) => presenter.Build(copy, chosen.Disclose, "x509_hash:another-door", visit.Request.Nonce), ct);
        await ExpectAsync("a presentation signed with another holder's key", "HolderBinding/HolderSignatureInvalid", OtherHolder, ct);
        await ExpectAsync("an expired card", "Validity/Expired", (visit, presenter, copy, _) => Forged(visit, presenter, copy, ExampleSigner(), expired: true), ct);
        await ExpectAsync("a card of an unknown issuer", "IssuerTrust/UntrustedIssuer",
            (visit, presenter, copy, _) => Forged(visit, presenter, copy, CardForger.UnknownSigner(DateTimeOffset.UtcNow), expired: false), ct);
        await ReplayAsync(ct);
        await OlderBundleAsync(ct);
        await DeniedSignerAsync(ct);
    }

    private async Task ExpectAsync(string what, string expected, Func<DoorVisit, Presenter, CardCopy, ChosenCopy, string> make, CancellationToken ct)
    {
        var visit = await DoorVisit.StartAsync(cast, ct);
        var verdict = await visit.PresentAsync((presenter, copy, chosen) => make(visit, presenter, copy, chosen), ct);
        teller.CheckEqual($"{what}: {expected}", expected, verdict.Short);
    }

    // The disclosure is changed before the holder signs, so that nothing but its digest is wrong.
    private static string Tampered(DoorVisit visit, Presenter presenter, CardCopy copy, ChosenCopy chosen)
    {
        var presented = copy.Card.Present(chosen.Disclose);
        var disclosure = presented.Split('~')[1..^1].First(part => Decode(part).Contains("\"18\"", StringComparison.Ordinal));
        var changed = Base64UrlText.Encode(Encoding.UTF8.GetBytes(Decode(disclosure).Replace("\"18\"", "\"21\"", StringComparison.Ordinal)));
        presented = presented.Replace(disclosure, changed, StringComparison.Ordinal);
        using var key = copy.Key();
        return HeldSdJwt.Bind(presented, key, visit.Request.ClientId, visit.Request.Nonce, DateTimeOffset.UtcNow);
    }

    private static string Decode(string disclosure) => Encoding.UTF8.GetString(Base64UrlText.Parse(disclosure, "the disclosure").OrThrow());

    private static string OtherHolder(DoorVisit visit, Presenter presenter, CardCopy copy, ChosenCopy chosen)
    {
        using var other = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        return HeldSdJwt.Bind(copy.Card.Present(chosen.Disclose), other, visit.Request.ClientId, visit.Request.Nonce, DateTimeOffset.UtcNow);
    }

    private SigningKey ExampleSigner() => KeyFile.Read(Path.Combine(cast.Town.Places.Keys, "card-issuer-signer", "credentials.json"));

    private static string Forged(DoorVisit visit, Presenter presenter, CardCopy model, SigningKey signer, bool expired)
    {
        var today = new DateTimeOffset(DateTimeOffset.UtcNow.Date, TimeSpan.Zero);
        var card = CardForger.Make(model, signer, today.AddDays(expired ? -90 : -1), today.AddDays(expired ? -1 : 30));
        return presenter.Build(card, [ClaimPath.Of("age_equal_or_over", "18")], visit.Request.ClientId, visit.Request.Nonce);
    }

    private async Task ReplayAsync(CancellationToken ct)
    {
        var first = await DoorVisit.StartAsync(cast, ct);
        var (sent, queryId) = (string.Empty, string.Empty);
        var verdict = await first.PresentAsync((presenter, copy, chosen) =>
        {
            queryId = chosen.QueryId;
            return sent = presenter.Build(copy, chosen.Disclose, first.Request.ClientId, first.Request.Nonce);
        }, ct);
        teller.CheckEqual("an honest presentation in between is accepted", "accepted", verdict.Short);

        var again = await first.SendAsync(sent, queryId, ct);
        teller.Check("the same response to the same challenge is not taken again", again.Status is >= 400 and < 500);
        var second = await DoorVisit.StartAsync(cast, ct);
        await second.SendAsync(sent, queryId, ct);
        teller.CheckEqual("a replayed response to a new challenge: HolderBinding/WrongNonce", "HolderBinding/WrongNonce", (await second.VerdictAsync(ct)).Short);
    }

    private async Task OlderBundleAsync(CancellationToken ct)
    {
        var current = await CurrentBundleAsync(ct);
        cast.Mirror.Instead = Rewrite(current, version: current.Content.Version - 1, denied: []);
        var outcome = await Step5Door.RefreshAsync(cast.Town.Door, ct);
        cast.Mirror.Instead = null;
        teller.CheckEqual("an older bundle is refused, though the root signed it: older", "older", outcome);
    }

    // A second door, so that the first keeps the bundle that it has.
    private async Task DeniedSignerAsync(CancellationToken ct)
    {
        await cast.Town.Door.StopAsync();
        await cast.Town.SecondDoor.StartAsync(ct);
        var current = await CurrentBundleAsync(ct);
        using var signer = ExampleSigner();
        cast.Mirror.Instead = Rewrite(current, current.Content.Version + 1, [signer.PublicKey.ThumbprintText()]);
        await Step5Door.RefreshAsync(cast.Town.Door, ct);
        await ExpectAsync("a card of a denied signer, at a door with a newer bundle", "IssuerTrust/DeniedSigner",
            (visit, presenter, copy, chosen) => presenter.Build(copy, chosen.Disclose, visit.Request.ClientId, visit.Request.Nonce), ct);
        cast.Mirror.Instead = null;
        await cast.Town.SecondDoor.StopAsync();
        await cast.Town.Door.StartAsync(ct);
    }

    private async Task<OfflineBundle> CurrentBundleAsync(CancellationToken ct)
    {
        using var root = BundleRoot();
        return OfflineBundle.Parse(await cast.Mirror.ReadAsync(ct), root.PublicKey).OrThrow();
    }

    private byte[] Rewrite(OfflineBundle bundle, long version, IReadOnlyList<string> denied)
    {
        using var root = BundleRoot();
        var content = new BundleContent
        {
            Version = version,
            IssuedAt = bundle.Content.IssuedAt,
            Anchors = bundle.Content.Anchors,
            Denied = denied,
            Types = bundle.Content.Types,
            Regions = bundle.Content.Regions,
            BundleMaxAge = bundle.Content.BundleMaxAge,
            StatusMaxAge = bundle.Content.StatusMaxAge,
        };
        return BundleWriter.Write(content, root, bundle.StatusLists.Select(list => list.Jwt.Compact()), bundle.CwtStatusLists.Select(list => list.Encoded.ToArray()));
    }

    private SigningKey BundleRoot() => KeyFile.Read(Path.Combine(cast.Town.Places.Keys, "card-issuer", "bundle-root.json"));
}
