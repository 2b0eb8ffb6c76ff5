using System.Buffers.Text;
using System.IO.Compression;
using System.Security.Cryptography.X509Certificates;

namespace IdentityPlatform.Conformance.Harness.Issuance;

/// <summary>What the suite looks at in every copy, whatever its format.</summary>
/// <param name="Holder">The thumbprint of the key that it is bound to.</param>
/// <param name="Times">Its time claims.</param>
/// <param name="StatusUri">The list of its status.</param>
/// <param name="StatusIndex">The entry.</param>
/// <param name="Salts">Salts, or random values of items.</param>
internal sealed record CheckedCard(string Holder, IReadOnlyList<long> Times, string StatusUri, long StatusIndex, IReadOnlyList<string> Salts);

/// <summary>The checks of issued credentials, of one and of several.</summary>
internal static class CardCheck
{
    /// <summary>Checks the copies of one answer, each and together.</summary>
    public static async Task<IReadOnlyList<CheckedCard>> AllAsync(IssuedCards issued, CardFlow flow, ServerUnderTest server, X509Certificate2 root)
    {
        var configuration = flow.Configuration.Value!.AsObject();
        var cards = new List<CheckedCard>();
        foreach (var copy in issued.Copies)
        {
            cards.Add((string?)configuration["format"] == "mso_mdoc"
                ? MdocCheck.Run(copy, configuration, root)
                : await SdJwtCheck.RunAsync(copy, configuration, server, root));
        }

        Assert.Equal(issued.Keys.Select(key => key.Thumbprint).Order(), cards.Select(card => card.Holder).Order());
        var salts = cards.SelectMany(card => card.Salts).ToList();
        Assert.Equal(salts.Count, salts.Distinct().Count());
        Assert.Equal(cards.Count, cards.Select(card => (card.StatusUri, card.StatusIndex)).Distinct().Count());
        Assert.All(cards, card => Assert.All(card.Times, time => Assert.True(time % 3600 == 0, "times are rounded, so that they link no copies (RFC 9901 §10.1)")));
        if (cards.Count > 2)
        {
            var steps = cards.Zip(cards.Skip(1), (one, next) => next.StatusIndex - one.StatusIndex).Distinct();
            Assert.True(steps.Count() > 1, "the indices follow a step");
        }

        foreach (var card in cards.Take(2))
        {
            await StatusAsync(card, server, root);
        }

        return cards;
    }

    /// <summary>Two issuances whose times move on with the clock could be linked.</summary>
    public static void AreNotLinkable(CheckedCard one, CheckedCard other) => Assert.Equal(one.Times, other.Times);

    // Token Status List §8, §5.1: fetched without authentication, signed under the same root, VALID.
    private static async Task StatusAsync(CheckedCard card, ServerUnderTest server, X509Certificate2 root)
    {
        var answer = (await server.GetAsync(card.StatusUri, "application/statuslist+jwt")).Is(200);
        Assert.Equal("application/statuslist+jwt", answer.ContentType);
        var token = Jws.Parse(answer.Body);
        token.IsSignedBy(Certificates.KeysOf(token.Header, root), "ES256");
        Assert.Equal(("statuslist+jwt", card.StatusUri), ((string?)token.Header["typ"], token.Text("sub")));
        Assert.True(token.Number("exp") > SuiteClient.Now());
        var list = token.Claims["status_list"]!.AsObject();
        Assert.Equal(1, (int)list["bits"]!);
        using var inflated = new MemoryStream();
        using (var zlib = new ZLibStream(new MemoryStream(Base64Url.DecodeFromChars((string)list["lst"]!)), CompressionMode.Decompress))
        {
            await zlib.CopyToAsync(inflated);
        }

        Assert.Equal(0, (inflated.ToArray()[card.StatusIndex / 8] >> (int)(card.StatusIndex % 8)) & 1);
    }
}
