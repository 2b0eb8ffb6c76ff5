using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Interop.Node;

namespace IdentityPlatform.Interop.Servers;

/// <summary>openid-client without a person against the running IdP: a program, and the service that it calls.</summary>
[Collection(nameof(Town))]
public sealed class MachineTests(Town town)
{
    [Fact]
    public async Task A_program_gets_a_token_for_one_service_which_asks_about_it()
    {
        var result = await NodeClient.AskOnceAsync("machine", new()
        {
            ["issuer"] = town.Programs.Idp.Url,
            ["program"] = Client(Town.ProgramId),
            ["service"] = Client(Town.ResourceId),
            ["resource"] = Town.Resource,
            ["scope"] = Town.ResourceScope,
        });

        Assert.Equal(("dpop", Town.ResourceScope, null), (result.StringMember("tokenType"), result.StringMember("scope"), result.StringMember("refreshToken")));
        var known = result.GetProperty("known");
        Assert.True(known.BooleanMember("active"));
        Assert.Equal(
            (Town.ProgramId, Town.ResourceScope, town.Programs.Idp.Url),
            (known.StringMember("client_id"), known.StringMember("scope"), known.StringMember("iss")));
        Assert.Equal([Town.Resource], known.StringsMember("aud"));
        Assert.NotNull(known.ObjectMember("cnf")?.StringMember("jkt"));

        // RFC 7662 §2.2: who has no right to know is told no more than of a token that never was.
        foreach (var name in new[] { "unknown", "stranger" })
        {
            Assert.Equal("""{"active":false}""", result.GetProperty(name).GetRawText());
        }

        var refusals = result.GetProperty("refusals");
        Assert.Equal(
            ("invalid_scope", "invalid_target", "invalid_dpop_proof", "unsupported_token_type"),
            (refusals.StringMember("anotherScope"), refusals.StringMember("anotherResource"), refusals.StringMember("noProof"), refusals.StringMember("revoke")));
    }

    private JsonObject Client(string id) => new() { ["clientId"] = id, ["key"] = NodeJson.PrivateKey(town.ServiceKey) };
}
