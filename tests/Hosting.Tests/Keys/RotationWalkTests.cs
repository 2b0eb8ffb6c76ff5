using System.Globalization;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Keys;
using Microsoft.Extensions.Logging.Abstractions;

namespace IdentityPlatform.Hosting.Tests.Keys;

/// <summary>
/// Walks through half a year with two processes on one key directory and the default times. Minute by minute through each
/// overlap, and hour by hour between, every token that either process signs verifies with the keys that either of them
/// published a minute before: what a relying service has in its cache. The processes look at the directory one after the
/// other, so that at every step one of them is a minute behind, twice what it can be.
/// </summary>
public sealed class RotationWalkTests : IDisposable
{
    private static readonly RotationPolicy Policy = new();

    private readonly TemporaryFolder _folder = new();
    private readonly SettableTime _time = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(JwsAlgorithm.ES256, 190)]
    [InlineData(JwsAlgorithm.RS256, 100)]
    [Trait("Safeguard", "SG19")]
    public void No_token_in_flight_is_ever_broken(JwsAlgorithm algorithm, int days)
    {
        KeyDirectory.OpenOrCreate(_folder.Path, _time).CreateKey(KeyRole.IdentityTokens, algorithm, KeyState.Active, null);
        using var one = Signer.Load(_folder.Path);
        using var two = Signer.Load(_folder.Path);
        KeyUpkeep[] processes = [Upkeep(one), Upkeep(two)];
        var (caches, inFlight, signedWith, end) = (Caches(one, two), new Queue<Sent>(), new HashSet<string>(), _time.GetUtcNow().AddDays(days));
        for (var step = 0; _time.GetUtcNow() < end; step++)
        {
            _time.Advance(InOverlap(one) ? TimeSpan.FromMinutes(1) : TimeSpan.FromHours(1));
            foreach (var first in (ReadOnlySpan<int>)[step % 2, (step + 1) % 2])
            {
                processes[first].Run();
                foreach (var signer in (ReadOnlySpan<Signer>)[one, two])
                {
                    var token = JwtWriter.Sign(signer.Active(KeyRole.IdentityTokens, algorithm), "JWT", writer => writer.WriteNumber("iat", step));
                    signedWith.Add(SignedJwt.Parse(token).OrThrow().KeyId!);
                    inFlight.Enqueue(new(token, _time.GetUtcNow()));
                    Assert.All(caches, cache => Assert.True(Verifies(token, cache, algorithm), At("a fresh token and a cached JWKS")));
                }
            }

            Assert.True(Math.Abs(one.Version - two.Version) <= 2, At("both follow"));
            caches = Caches(one, two);
            CheckHints(inFlight, caches, algorithm);
        }

        Assert.Equal(1 + (days / 90), signedWith.Count);
        Assert.InRange(Directory.GetFiles(_folder.Path, "*.json").Length, 1, 3);
    }

    // A logout hint comes back weeks later: a sample of what was signed is checked again and again for 29 days.
    private void CheckHints(Queue<Sent> inFlight, List<Dictionary<string, VerificationKey>> published, JwsAlgorithm algorithm)
    {
        while (inFlight.TryPeek(out var oldest) && oldest.At < _time.GetUtcNow().AddDays(-29))
        {
            inFlight.Dequeue();
        }

        Assert.All(published, keys => Assert.True(Verifies(inFlight.Peek().Token, keys, algorithm), At("the oldest hint")));
    }

    // From an hour before a change is due until two hours after it: announcing on day 89, changing over on day 90.
    private bool InOverlap(Signer signer)
    {
        var now = _time.GetUtcNow();
        return signer.Files.Any(file => file.State == KeyState.Announced
            || (file.State == KeyState.Active && (file.Since >= now.AddHours(-2) || file.Since + Policy.RotateEvery - Policy.AnnounceFor <= now.AddHours(1)))
            || (file.State == KeyState.Retired && file.Since + Policy.KeepRetiredFor <= now.AddHours(1)));
    }

    private static List<Dictionary<string, VerificationKey>> Caches(params IReadOnlyList<Signer> signers) => [.. signers.Select(signer =>
        signer.Published(KeyRole.IdentityTokens).ToDictionary(key => key.KeyId!, key => VerificationKey.Import(key).OrThrow()))];

    private static bool Verifies(string token, Dictionary<string, VerificationKey> keys, JwsAlgorithm algorithm)
    {
        var jwt = SignedJwt.Parse(token).OrThrow();
        return keys.TryGetValue(jwt.KeyId!, out var key) && jwt.Verify(key, "JWT", algorithm).Succeeded(out _, out _);
    }

    private string At(string what) => string.Create(CultureInfo.InvariantCulture, $"{what} at {_time.GetUtcNow():u}");

    private KeyUpkeep Upkeep(Signer signer) => new(signer, KeyDirectory.OpenOrCreate(_folder.Path, _time), Policy, _time, NullLogger<KeyUpkeep>.Instance);

    private sealed record Sent(string Token, DateTimeOffset At);
}
