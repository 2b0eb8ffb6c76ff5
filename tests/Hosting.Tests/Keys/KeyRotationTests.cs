using System.Security.Cryptography;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Keys;

namespace IdentityPlatform.Hosting.Tests.Keys;

/// <summary>What is due when, and that no crash between two steps leaves a directory without a key that signs.</summary>
public sealed class KeyRotationTests
{
    private static readonly RotationPolicy Policy = new();
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Jwk Key = MakeKey();

    [Theory]
    [InlineData(88, "")]
    [InlineData(89, "Announce(a)")]
    [InlineData(200, "Announce(a)")]
    public void A_successor_is_announced_a_day_before_it_is_due(int days, string plan) =>
        Assert.Equal(plan, Plan(File("a", KeyState.Active, days * 24)));

    [Theory]
    [InlineData(23, "")]
    [InlineData(24, "Promote(b) Retire(a)")]
    public void An_announced_key_signs_after_a_day_and_before_its_predecessor_is_retired(int hours, string plan) =>
        Assert.Equal(plan, Plan(File("a", KeyState.Active, 24 * 90), File("b", KeyState.Announced, hours)));

    [Theory]
    [InlineData(29, "")]
    [InlineData(30, "Remove(b)")]
    public void A_retired_key_goes_after_thirty_days(int days, string plan) =>
        Assert.Equal(plan, Plan(File("a", KeyState.Active, 1), File("b", KeyState.Retired, days * 24)));

    [Fact]
    public void A_change_over_that_broke_off_is_completed() =>
        Assert.Equal("Retire(a)", Plan(File("a", KeyState.Active, 24 * 90), File("b", KeyState.Active, 0)));

    [Fact]
    public void Files_that_do_not_say_since_when_are_dated_first() =>
        Assert.Equal("Stamp(a) Stamp(b)", Plan(File("a", KeyState.Active, null), File("b", KeyState.Retired, null), File("c", KeyState.Retired, 24 * 40)));

    [Fact]
    public void A_denied_key_is_replaced_at_once_by_the_announced_one_or_a_new_one()
    {
        Assert.Equal("Replace(a)", Plan(File("a", KeyState.Denied, 0)));
        Assert.Equal("Promote(b)", Plan(File("a", KeyState.Denied, 0), File("b", KeyState.Announced, 1)));
        Assert.Equal("", Plan(File("a", KeyState.Denied, 0), File("b", KeyState.Active, 1)));
    }

    [Fact]
    public void An_algorithm_that_somebody_ended_stays_ended()
    {
        Assert.Equal("", Plan(File("a", KeyState.Retired, 24)));
        Assert.Equal("Remove(a)", Plan(File("a", KeyState.Retired, 24 * 31)));
        Assert.Equal("", Plan(File("a", KeyState.Denied, 48), File("b", KeyState.Retired, 24)));
    }

    [Fact]
    public void A_first_key_that_is_announced_waits_like_any_other()
    {
        Assert.Equal("", Plan(File("a", KeyState.Announced, 23)));
        Assert.Equal("Promote(a)", Plan(File("a", KeyState.Announced, 24)));
    }

    [Fact]
    public void Algorithms_are_renewed_each_for_itself() => Assert.Equal(
        "Announce(a) Promote(d) Retire(c)",
        Plan(
            File("a", KeyState.Active, 24 * 89),
            File("b", KeyState.Announced, 24 * 9, JwsAlgorithm.ES384, KeyRole.AuditHead),
            File("c", KeyState.Active, 24 * 90, JwsAlgorithm.RS256),
            File("d", KeyState.Announced, 24, JwsAlgorithm.RS256)));

    [Theory]
    [InlineData(KeyRole.Credentials)]
    [InlineData(KeyRole.RequestObjects)]
    [InlineData(KeyRole.BundleRoot)]
    [InlineData(KeyRole.ClientAuthentication)]
    [InlineData(KeyRole.Roster)]
    [InlineData(KeyRole.AuditHead)]
    public void Keys_that_others_pin_certify_or_check_for_good_are_left_to_people(KeyRole role)
    {
        Assert.Equal("", Plan(File("a", KeyState.Active, 24 * 900, role: role), File("b", KeyState.Retired, 24 * 900, role: role)));
        Assert.Equal("Announce(a)", Text(KeyRotation.PlanByHand([File("a", KeyState.Active, 24 * 900, role: role)], Policy, Now, false)));
    }

    [Fact]
    public void The_new_key_is_the_newer_one_even_where_the_clock_went_back()
    {
        var ahead = new KeySigningFile("a.json", KeyRole.AccessTokens, KeyState.Active, Now.AddHours(1), JwsAlgorithm.ES256, Key, null, null);
        var promote = Assert.IsType<RotationStep.Promote>(KeyRotation.Plan([ahead, File("b", KeyState.Announced, 30)], Policy, Now)[0]);
        Assert.Equal(Now.AddHours(1).AddSeconds(1), promote.Since);
    }

    [Fact]
    public void By_hand_a_key_is_announced_then_waited_for_then_signs()
    {
        Assert.Equal("Announce(a)", ByHand(false, File("a", KeyState.Active, 5)));
        Assert.Equal("Promote(b) Retire(a)", ByHand(false, File("a", KeyState.Active, 5), File("b", KeyState.Announced, 24)));
        Assert.Contains("may sign from", Assert.Throws<KeyDirectoryException>(() => ByHand(false, File("a", KeyState.Active, 5), File("b", KeyState.Announced, 23))).Message, StringComparison.Ordinal);
        Assert.Equal("Promote(b) Retire(a)", ByHand(true, File("a", KeyState.Active, 5), File("b", KeyState.Announced, 23)));
        Assert.Contains("no key to rotate", Assert.Throws<KeyDirectoryException>(() => ByHand(false)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_denied_key_has_its_successor_first()
    {
        var (a, b, c) = (File("a", KeyState.Active, 5), File("b", KeyState.Announced, 1), File("c", KeyState.Retired, 1));
        Assert.Equal("Replace(a) Deny(a)", Text(KeyRotation.PlanDenial([a, c], a, Now)));
        Assert.Equal("Promote(b) Deny(a)", Text(KeyRotation.PlanDenial([a, b, c], a, Now)));
        Assert.Equal("Deny(c)", Text(KeyRotation.PlanDenial([a, b, c], c, Now)));
        var credentials = File("d", KeyState.Active, 5, role: KeyRole.Credentials);
        Assert.Equal("Deny(d)", Text(KeyRotation.PlanDenial([credentials], credentials, Now)));
    }

    private static string Plan(params IReadOnlyList<KeySigningFile> files) => Text(KeyRotation.Plan(files, Policy, Now));

    private static string ByHand(bool atOnce, params IReadOnlyList<KeySigningFile> files) => Text(KeyRotation.PlanByHand(files, Policy, Now, atOnce));

    private static string Text(IReadOnlyList<RotationStep> plan) => string.Join(' ', plan.Select(step => step switch
    {
        RotationStep.Stamp s => $"Stamp({Name(s.File)})",
        RotationStep.Announce a => $"Announce({Name(a.Like)})",
        RotationStep.Replace r => $"Replace({Name(r.Like)})",
        RotationStep.Promote p => $"Promote({Name(p.File)})",
        RotationStep.Retire r => $"Retire({Name(r.File)})",
        RotationStep.Deny d => $"Deny({Name(d.File)})",
        RotationStep.Remove r => $"Remove({Name(r.File)})",
        _ => "?",
    }));

    private static string Name(KeySigningFile file) => Path.GetFileNameWithoutExtension(file.Path);

    private static KeySigningFile File(string name, KeyState state, int? hoursAgo, JwsAlgorithm algorithm = JwsAlgorithm.ES256, KeyRole role = KeyRole.AccessTokens) =>
        new($"{name}.json", role, state, hoursAgo is { } hours ? Now.AddHours(-hours) : null, algorithm, Key, null, null);

    private static Jwk MakeKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Jwk.Of(key);
    }
}
