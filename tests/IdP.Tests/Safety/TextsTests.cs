using System.Xml.Linq;
using IdentityPlatform.Hosting.Passkeys;
using IdentityPlatform.IdP.Accounts;
using IdentityPlatform.IdP.Services;
using IdentityPlatform.IdP.Tests.Harness;

namespace IdentityPlatform.IdP.Tests.Safety;

public sealed class TextsTests
{
    [Fact]
    public void Every_event_and_every_claim_has_words()
    {
        var known = NamesIn("src/IdP/Pages/Texts.resx");
        Assert.Empty(HolderLog.Events.Select(name => $"event.{name}").Except(known));
        Assert.Empty(ClaimsAsked.Known.Concat(VerifiedAttributes.Names).Append("sub").Select(name => $"claim.{name}").Except(known));
    }

    [Fact]
    public void Every_refusal_of_a_passkey_has_words() =>
        Assert.Empty(Enum.GetNames<PasskeyRefusal>().Select(name => $"passkey.refused.{name}").Except(NamesIn("src/Hosting/Pages/PageTexts.resx")));

    private static List<string> NamesIn(string file) =>
        [.. XDocument.Load(Path.Combine(IdpHost.ExampleKeys(".."), file)).Root!.Elements("data").Select(data => data.Attribute("name")!.Value)];
}
