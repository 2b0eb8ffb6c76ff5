namespace IdentityPlatform.EndToEnd.Tests.Browser;

/// <summary>Where the way ends otherwise than hoped: these pages too say what happened and how to go on.</summary>
[Collection(BrowserTown.Name)]
public sealed class DeadEndTests(BrowserTown place)
{
    [Theory]
    [InlineData("en")]
    [InlineData("ru")]
    public async Task Who_is_lost_reads_where_to_go_on(string language)
    {
        await using var visitor = await place.ArriveAsync(language);
        var missing = Words.Shared(language, "error.not_found.title");
        await LookAsync(visitor, $"{place.Town.Idp.Url}/nowhere", "idp-not-found", missing);
        await LookAsync(visitor, $"{place.Town.CardIssuer.Url}/nowhere", "issuer-not-found", missing);
        await LookAsync(visitor, $"{place.Town.ServiceOne.Url}/nowhere", "service-not-found", missing);
        await LookAsync(visitor, $"{place.Town.CardIssuer.Url}/officers/enrol/used-or-mistyped", "invitation-gone", Words.Shared(language, "error.gone.title"));
        await LookAsync(visitor, $"{place.Town.CardIssuer.Url}/signin/callback", "issuer-bad-request", Words.Shared(language, "error.bad_request.title"));
        await LookAsync(visitor, $"{place.Town.Idp.Url}/card/refused?why=UnknownAccount&return=%2Faccount", "idp-card-refused", Words.Idp(language, "card.refused.title"));
        await LookAsync(visitor, $"{place.Town.Idp.Url}/authorize?client_id=nobody&request_uri=urn:example:gone", "idp-unknown-service", Words.Idp(language, "unknown_service.title"));
        await LookAsync(visitor, $"{place.Town.Idp.Url}/authorize?client_id=service-one&redirect_uri=http://localhost:1/", "idp-request-refused", Words.Idp(language, "request.title"));
        await LookAsync(visitor, $"{place.Town.Idp.Url}/signed-out?closed=yes", "idp-closed", Words.Idp(language, "closed.title"));
        await LookAsync(visitor, $"{place.Town.ServiceOne.Url}/?again=expired", "service-expired", Words.Service(language, "home.title"));
        Visitor.SawOnlyGoodPages(visitor);
    }

    private static async Task LookAsync(Visitor visitor, string url, string name, string heading)
    {
        await visitor.OpenAsync(url);
        await visitor.SeeAsync(name, heading);
    }
}
