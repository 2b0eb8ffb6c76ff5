using IdentityPlatform.Hosting.Passkeys;
using IdentityPlatform.Hosting.Storage;

namespace IdentityPlatform.Hosting.Tests.Passkeys;

/// <summary>What every engine keeps.</summary>
public abstract class PasskeyStoreContract : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
    private Database _database = null!;
    private PasskeyStore _store = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await OpenAsync();
        await _database.MigrateAsync([PasskeyStore.Migrations], Cancel);
        _store = new(_database);
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        CleanUp();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_passkey_comes_back_as_it_was()
    {
        var passkey = Passkey("id-1", "anna", signCount: 4_000_000_000);
        Assert.Equal(PasskeyAddition.Added, await _store.AddAsync(passkey, 5, Cancel));

        var found = await _store.FindAsync("id-1", Cancel);

        Assert.Equivalent(passkey, found, strict: true);
        Assert.Null(await _store.FindAsync("id-2", Cancel));
        Assert.Empty(await _store.OfUserAsync("boris", Cancel));
    }

    [Fact]
    public async Task A_taken_id_stays_with_its_account()
    {
        await _store.AddAsync(Passkey("id-1", "anna"), 5, Cancel);
        Assert.Equal(PasskeyAddition.Taken, await _store.AddAsync(Passkey("id-1", "boris"), 5, Cancel));
        Assert.Equal("anna", (await _store.FindAsync("id-1", Cancel))!.UserId);
    }

    [Fact]
    public async Task An_account_has_no_more_than_it_may_have()
    {
        Assert.Equal(PasskeyAddition.Added, await _store.AddAsync(Passkey("id-1", "anna"), 2, Cancel));
        Assert.Equal(PasskeyAddition.Added, await _store.AddAsync(Passkey("id-2", "anna"), 2, Cancel));
        Assert.Equal(PasskeyAddition.TooMany, await _store.AddAsync(Passkey("id-3", "anna"), 2, Cancel));
        Assert.Equal(PasskeyAddition.Added, await _store.AddAsync(Passkey("id-3", "boris"), 2, Cancel));
    }

    [Theory]
    [InlineData(0, 0, PasskeyUse.Used)]
    [InlineData(0, 1, PasskeyUse.Used)]
    [InlineData(7, 8, PasskeyUse.Used)]
    [InlineData(7, 7, PasskeyUse.CounterWentBack)]
    [InlineData(7, 6, PasskeyUse.CounterWentBack)]
    [InlineData(7, 0, PasskeyUse.CounterWentBack)]
    public async Task The_counter_rises_or_stays_zero(long before, long now, PasskeyUse expected)
    {
        await _store.AddAsync(Passkey("id-1", "anna", before), 5, Cancel);

        Assert.Equal(expected, await _store.UseAsync("id-1", now, backedUp: true, Now.AddDays(1), Cancel));

        var passkey = (await _store.FindAsync("id-1", Cancel))!;
        var used = expected == PasskeyUse.Used;
        Assert.Equal((used ? now : before, used, used ? Now.AddDays(1) : null), (passkey.SignCount, passkey.BackedUp, passkey.LastUsedAt));
    }

    [Fact]
    public async Task Of_sixteen_uses_of_one_counter_one_wins()
    {
        await _store.AddAsync(Passkey("id-1", "anna", signCount: 1), 5, Cancel);
        var uses = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => _store.UseAsync("id-1", 2, backedUp: false, Now, Cancel)));
        Assert.Single(uses, PasskeyUse.Used);
        Assert.Equal(15, uses.Count(use => use == PasskeyUse.CounterWentBack));
    }

    [Fact]
    public async Task Only_its_account_removes_a_passkey()
    {
        await _store.AddAsync(Passkey("id-1", "anna"), 5, Cancel);
        Assert.False(await _store.RemoveAsync("boris", "id-1", Cancel));
        Assert.True(await _store.RemoveAsync("anna", "id-1", Cancel));
        Assert.False(await _store.RemoveAsync("anna", "id-1", Cancel));
        Assert.Equal(PasskeyUse.Unknown, await _store.UseAsync("id-1", 1, backedUp: false, Now, Cancel));
    }

    private protected abstract Task<Database> OpenAsync();

    protected virtual void CleanUp()
    {
    }

    private static Passkey Passkey(string id, string user, long signCount = 0) => new()
    {
        CredentialId = id,
        UserId = user,
        UserHandle = "handle",
        PublicKey = [1, 2, 3],
        SignCount = signCount,
        Aaguid = Guid.Parse("2fc0579f-8113-47ea-b116-bb5a8db9202a"),
        Transports = ["hybrid", "internal"],
        BackupEligible = true,
        BackedUp = false,
        CreatedAt = Now,
        LastUsedAt = null,
    };
}
