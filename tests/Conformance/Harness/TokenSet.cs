using System.Text.Json.Nodes;

namespace IdentityPlatform.Conformance.Harness;

/// <summary>What a token response gave, checked.</summary>
public sealed class TokenSet
{
    private readonly Flow _flow;
    private readonly Answer _answer;

    private TokenSet(Flow flow, Answer answer, Jws? idToken) => (_flow, _answer, IdToken) = (flow, answer, idToken);

    public string AccessToken => _answer.Required("access_token");

    public string? RefreshToken => _answer.Text("refresh_token");

    public Jws? IdToken { get; }

    public Jws Identity => IdToken ?? throw new Xunit.Sdk.XunitException("there is no ID token");

    public string? Scope => _answer.Text("scope");

    /// <summary>Reads the answer of the code; C4.</summary>
    public static async Task<TokenSet> ReadAsync(Flow flow, Answer answer)
    {
        if (flow.Client.Variant.IsHaip)
        {
            Assert.Null(answer.Text("id_token"));
            return new(flow, answer, null);
        }

        var server = flow.Client.Server;
        return new(flow, answer, Checks.IdToken(
            answer.Required("id_token"), server.Issuer, flow.Client.Id, await server.KeysAsync(), flow.Request.GetValueOrDefault("nonce"), flow.Client.IdTokenAlgorithm));
    }

    /// <summary>C6: the resource gives this person's data.</summary>
    public async Task<JsonObject> UseAsync()
    {
        var answer = (await CallAsync()).Is(200);
        if (_flow.Client.Variant.IsHaip)
        {
            return answer.Json;
        }

        Assert.Equal("application/json", answer.ContentType);
        Checks.UserInfo(answer.Json);
        Assert.Equal(Identity.Text("sub"), answer.Text("sub"));
        return answer.Json;
    }

    /// <summary>Calls the protected resource: userinfo, or the credential endpoint of the card issuer.</summary>
    public async Task<Answer> CallAsync(Change? change = null, HttpMethod? method = null) => await CallAsync(_flow.Client, AccessToken, change, method, await CardOfAsync(_flow.Client));

    /// <summary>Collects a card for a key that the caller keeps.</summary>
    internal Task<Answer> CollectAsync(CardRequest card) => CallAsync(_flow.Client, AccessToken, null, null, card);

    /// <summary>Another client's call with this token.</summary>
    public async Task<Answer> CallByAsync(SuiteClient other) => await CallAsync(other, AccessToken, null, null, await CardOfAsync(other));

    public override string ToString() => nameof(TokenSet);

    private static async Task<CardRequest?> CardOfAsync(SuiteClient client) => client.Variant.IsHaip ? await CardRequest.MakeAsync(client) : null;

    private static Task<Answer> CallAsync(SuiteClient client, string accessToken, Change? change, HttpMethod? method, CardRequest? card) =>
        client.SendAsync(change ?? Change.None, client.UsesDpop, accessToken, _ =>
        {
            var endpoint = card is null ? "userinfo_endpoint" : "credential_endpoint";
            var request = new HttpRequestMessage(card is null ? method ?? HttpMethod.Get : HttpMethod.Post, client.Server.Endpoint(endpoint, client.Certificate is not null))
            {
                Content = card?.Content(),
            };
            request.Headers.TryAddWithoutValidation("Authorization", $"{(client.UsesDpop ? "DPoP" : "Bearer")} {accessToken}");
            return request;
        });
}
