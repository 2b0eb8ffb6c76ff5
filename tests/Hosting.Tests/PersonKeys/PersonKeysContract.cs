using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Hosting.PersonKeys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Hosting.Tests.Servers;
using PersonKeyRing = IdentityPlatform.Hosting.PersonKeys.PersonKeys;

namespace IdentityPlatform.Hosting.Tests.PersonKeys;

public abstract class PersonKeysContract : IAsyncLifetime
{
    protected static readonly CancellationToken None = CancellationToken.None;
    private protected static readonly byte[] WrapKey = RandomNumberGenerator.GetBytes(32);
    private static readonly byte[] Name = Encoding.UTF8.GetBytes("Айгуль");

    private protected Database Database { get; private set; } = null!;

    private protected PersonKeyRing People { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Database = await OpenAsync();
        await Database.MigrateAsync([PersonKeyRing.Migrations], None);
        People = new PersonKeyRing(Database, WrapKey, TimeProvider.System);
        await People.CreateAsync("anna", None);
        await People.CreateAsync("boris", None);
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        CleanUp();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_was_protected_opens_for_the_same_person_and_purpose()
    {
        var cipher = await People.ProtectAsync("anna", "name", Name, None);
        Assert.Equal(Name, await People.UnprotectAsync("anna", "name", cipher, None));
        Assert.Equal(-1, cipher.AsSpan().IndexOf(Name));
    }

    [Fact]
    public async Task The_same_text_never_gives_the_same_ciphertext() =>
        Assert.NotEqual(await People.ProtectAsync("anna", "name", Name, None), await People.ProtectAsync("anna", "name", Name, None));

    [Theory]
    [InlineData("boris", "name")]
    [InlineData("anna", "address")]
    public async Task A_ciphertext_does_not_open_for_another_person_or_purpose(string personId, string purpose)
    {
        var cipher = await People.ProtectAsync("anna", "name", Name, None);
        await Assert.ThrowsAsync<AuthenticationTagMismatchException>(() => People.UnprotectAsync(personId, purpose, cipher, None));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    [InlineData(-1)]
    public async Task An_altered_ciphertext_does_not_open(int position)
    {
        var cipher = await People.ProtectAsync("anna", "name", Name, None);
        cipher[position < 0 ? ^1 : position] ^= 1;
        await Assert.ThrowsAsync<AuthenticationTagMismatchException>(() => People.UnprotectAsync("anna", "name", cipher, None));
    }

    [Fact]
    [Trait("Safeguard", "SG10")]
    public async Task After_erasure_nothing_opens_and_nothing_can_be_protected_and_others_are_untouched()
    {
        var hers = await People.ProtectAsync("anna", "name", Name, None);
        var his = await People.ProtectAsync("boris", "name", Name, None);
        await People.DestroyAsync("anna", None);
        Assert.Null(await People.UnprotectAsync("anna", "name", hers, None));
        await Assert.ThrowsAsync<PersonKeyMissingException>(() => People.ProtectAsync("anna", "name", Name, None));
        Assert.Equal(Name, await People.UnprotectAsync("boris", "name", his, None));
    }

    [Fact]
    public async Task A_person_made_anew_under_an_erased_id_cannot_read_the_old_ciphertext()
    {
        var old = await People.ProtectAsync("anna", "name", Name, None);
        await People.DestroyAsync("anna", None);
        await People.CreateAsync("anna", None);
        await Assert.ThrowsAsync<AuthenticationTagMismatchException>(() => People.UnprotectAsync("anna", "name", old, None));
    }

    [Fact]
    public async Task Creating_a_person_twice_keeps_the_key()
    {
        var cipher = await People.ProtectAsync("anna", "name", Name, None);
        await People.CreateAsync("anna", None);
        Assert.Equal(Name, await People.UnprotectAsync("anna", "name", cipher, None));
    }

    [Fact]
    [Trait("Safeguard", "SG10")]
    public async Task The_database_alone_opens_nothing()
    {
        var cipher = await People.ProtectAsync("anna", "name", Name, None);
        var thief = new PersonKeyRing(Database, RandomNumberGenerator.GetBytes(32), TimeProvider.System);
        await Assert.ThrowsAsync<AuthenticationTagMismatchException>(() => thief.UnprotectAsync("anna", "name", cipher, None));
    }

    private protected abstract Task<Database> OpenAsync();

    protected virtual void CleanUp()
    {
    }
}

public sealed class PostgresPersonKeysTests(PostgresServer server) : PersonKeysContract
{
    private protected override async Task<Database> OpenAsync() => Database.Open(StorageEngine.Postgres, await server.CreateDatabaseAsync());
}
