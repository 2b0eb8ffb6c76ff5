using System.Globalization;
using System.Resources;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Pages;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Tests.Desk;

public sealed class DeskTextsTests
{
    private static readonly ResourceManager Texts = new(typeof(IssuerTexts));

    [Fact]
    public void Russian_and_English_have_the_same_keys() => Assert.Equal(Keys("en"), Keys("ru"));

    [Fact]
    public void Every_state_step_and_refusal_has_its_words()
    {
        var keys = Keys("en").ToHashSet(StringComparer.Ordinal);
        var needed = Enum.GetValues<DeskRefusal>().Where(why => why != DeskRefusal.None).Select(why => $"refusal.{why}")
            .Concat(Enum.GetValues<ApplicationState>().Where(state => state != ApplicationState.None).Select(state => $"deskstate.{state.Word()}"))
            .Concat(Enum.GetValues<ApplicationState>().Where(state => state > ApplicationState.Draft).Select(state => $"state.{state.WordForApplicant()}.next"))
            .Concat(Enum.GetValues<CardState>().Where(state => state != CardState.None).Select(state => $"card.{state.Word()}.next"))
            .Concat(Enum.GetValues<CardState>().Where(state => state != CardState.None).Select(state => $"deskcard.{state.Word()}"))
            .Concat(Enum.GetValues<CardOrderStep>().Where(step => step != CardOrderStep.None).Select(step => $"log.order.{step.Word()}"))
            .Concat(RevocationGrounds.OfOfficers.Append(RevocationGround.HolderRequest).Select(ground => $"revocation.{ground.Word()}"))
            .Concat(Enum.GetValues<OfficerRole>().Where(role => role != OfficerRole.None).Select(role => $"role.{role.Word()}"))
            .Concat(Enum.GetValues<OfficerRole>().Where(role => role != OfficerRole.None).Select(role => $"desk.title.{role.Word()}"))
            .Concat(Enum.GetValues<KeyState>().Select(state => $"operator.key.{state}"))
            .Concat(ProofingSteps.All.Select(step => $"step.{ProofingWords.Word(step)}"))
            .Concat(Enum.GetValues<FieldFault>().Where(fault => fault != FieldFault.None).Select(fault => $"fault.{fault}"))
            .Concat(RefusalGrounds.All.Select(ground => $"ground.{ground}"));
        Assert.DoesNotContain(needed, key => !keys.Contains(key));
    }

    private static List<string> Keys(string language)
    {
        var set = Texts.GetResourceSet(language == "en" ? CultureInfo.InvariantCulture : CultureInfo.GetCultureInfo(language), createIfNotExists: true, tryParents: false)!;
        return [.. set.Cast<System.Collections.DictionaryEntry>().Select(entry => (string)entry.Key).Order(StringComparer.Ordinal)];
    }
}
