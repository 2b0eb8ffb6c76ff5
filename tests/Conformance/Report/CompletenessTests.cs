using System.Reflection;
using IdentityPlatform.Conformance.Official;
using IdentityPlatform.Conformance.Programs;

namespace IdentityPlatform.Conformance.Report;

/// <summary>The tests, the official lists and the page in docs name the same modules.</summary>
public sealed class CompletenessTests
{
    private static readonly string[] Tested =
        [.. typeof(CompletenessTests).Assembly.GetTypes().SelectMany(type => type.GetMethods()).Select(method => method.GetCustomAttribute<ModuleAttribute>()?.Name).OfType<string>()];

    [Fact]
    public void Every_module_of_the_official_plans_has_a_test_or_a_reason() =>
        Assert.Empty(OfficialModules.All.Where(OfficialModules.IsToRun).Select(entry => entry.Module).Distinct().Except(Tested));

    [Fact]
    public void Every_test_is_a_module_of_an_official_plan_and_no_module_is_tested_twice()
    {
        Assert.Empty(Tested.Except(OfficialModules.All.Select(entry => entry.Module)));
        Assert.Equal(Tested.Length, Tested.Distinct().Count());
    }

    [Fact]
    public void The_page_in_docs_lists_every_module_of_every_plan()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "conformance.md"));
        foreach (var plan in OfficialModules.All.GroupBy(entry => entry.Variant.Plan))
        {
            var section = page.Split($"\n## {plan.Key}\n")[1].Split("\n## ")[0];
            Assert.Empty(plan.Where(entry => !section.Contains($"| {entry.Module} |", StringComparison.Ordinal)).Select(entry => entry.Module));
        }
    }

    [Fact]
    public void The_plans_have_as_many_modules_as_the_reference_counts()
    {
        Assert.Equal((38, 23, 11, 2), (CorePlans.Basic.Length, CorePlans.Dynamic.Length, CorePlans.RpLogout.Length, CorePlans.BackchannelLogout.Length));
        var dpop = new Variant(PlanNames.SecurityProfile, ClientAuth.PrivateKeyJwt, Sender.Dpop);

        // 56 apply to plain_fapi; the one more is run by another plan's rule and listed as not applicable.
        Assert.Equal(56, Fapi2Plans.Of(dpop).Count(name => NotApplicable.ReasonFor(new(name, dpop)) is null));
        Assert.Equal(40, Fapi2Plans.Of(new(PlanNames.Haip, ClientAuth.Attestation, Sender.Dpop)).Count(name => NotApplicable.ReasonFor(new(name, dpop)) is null));
    }
}
