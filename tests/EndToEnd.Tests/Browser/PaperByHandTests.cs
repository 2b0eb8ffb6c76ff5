namespace IdentityPlatform.EndToEnd.Tests.Browser;

/// <summary>A card on paper, by hand: from the photograph at the centre to one sheet of A4.</summary>
[Collection(BrowserTown.Name)]
public sealed class PaperByHandTests(BrowserTown place)
{
    [Theory]
    [InlineData("en")]
    [InlineData("ru")]
    public async Task An_operator_prints_one_sheet(string language)
    {
        await using var visitor = await place.ArriveAsync(language);
        var (holder, crew) = (new Holder(visitor), await place.CrewAsync(language));
        await holder.SignUpAsync();
        var caseId = await holder.ApplyAsync();
        await crew.ApproveAsync(caseId, photograph: true);

        Assert.Equal(1, await crew.PrintAsync(caseId, language, holder.CardName));
        await visitor.OpenAsync($"{place.Town.CardIssuer.Url}/log");
        Assert.True(await visitor.ReadsAsync(Words.Issuer(language, "log.card.printed")));
        Visitor.SawOnlyGoodPages(visitor, crew.Operator, crew.Supervisor);
    }
}
