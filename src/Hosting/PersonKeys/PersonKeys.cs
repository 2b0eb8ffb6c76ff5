using System.Security.Cryptography;
using Dapper;
using IdentityPlatform.Hosting.Storage;

namespace IdentityPlatform.Hosting.PersonKeys;

/// <summary>
/// One AES-256-GCM key per person, in a database of its own, wrapped by a secret that neither database holds. Personal
/// columns everywhere else are ciphertext under these keys: destroying a key erases the person from every copy.
/// </summary>
/// <param name="database">A database (and a backup) apart from the one with the ciphertext.</param>
/// <param name="wrapKey">The 32 bytes of <see cref="Keys.SecretRole.PersonKeyWrap"/>.</param>
/// <param name="time">The clock.</param>
public sealed class PersonKeys(Database database, byte[] wrapKey, TimeProvider time)
{
    private const string WrapPurpose = "person-key";

    internal static readonly Statement FindWrapped = new("SELECT wrapped_key FROM person_keys WHERE person_id = @personId");

    /// <summary>The migrations of the person-key database.</summary>
    public static MigrationSet Migrations { get; } = new("person-keys", typeof(PersonKeys).Assembly, "PersonKeys");

    /// <summary>The key of a person, for everything that one request opens and seals of theirs; null when there is none: never made, or destroyed.</summary>
    public async Task<PersonKey?> FindAsync(string personId, CancellationToken ct) =>
        await FindWrappedAsync(personId, ct) is { } wrapped ? new(personId, SealedBytes.Open(wrapKey, PersonKey.Context(personId, WrapPurpose), wrapped)) : null;

    /// <summary>The keys of many people in one statement; who has none is not among them. The caller disposes of them.</summary>
    public async Task<IReadOnlyDictionary<string, PersonKey>> FindAllAsync(IReadOnlyCollection<string> personIds, CancellationToken ct)
    {
        var rows = personIds.Count == 0 ? [] : await database.ReadAsync(
            connection => connection.QueryAsync<(string PersonId, byte[] Wrapped)>(new CommandDefinition(
                $"SELECT person_id, wrapped_key FROM person_keys WHERE person_id {database.IsOneOf("@ids")}", new { ids = personIds.Distinct().ToArray() }, cancellationToken: ct)),
            ct);
        return rows.ToDictionary(
            row => row.PersonId,
            row => new PersonKey(row.PersonId, SealedBytes.Open(wrapKey, PersonKey.Context(row.PersonId, WrapPurpose), row.Wrapped)),
            StringComparer.Ordinal);
    }

    /// <summary>Makes the key of a person; a person who has one keeps it.</summary>
    public Task CreateAsync(string personId, CancellationToken ct)
    {
        var key = RandomNumberGenerator.GetBytes(SealedBytes.KeySize);
        var wrapped = SealedBytes.Seal(wrapKey, PersonKey.Context(personId, WrapPurpose), key);
        CryptographicOperations.ZeroMemory(key);
        return database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(new CommandDefinition(
                "INSERT INTO person_keys (person_id, wrapped_key, created_at) VALUES (@personId, @wrapped, @now) ON CONFLICT (person_id) DO NOTHING",
                new { personId, wrapped, now = time.GetUtcNow().ToUnixTimeSeconds() },
                transaction,
                cancellationToken: ct)),
            ct);
    }

    /// <summary>Encrypts for a person. The ciphertext opens for the same person and purpose only.</summary>
    /// <exception cref="PersonKeyMissingException">The person has no key: never created, or erased.</exception>
    public async Task<byte[]> ProtectAsync(string personId, string purpose, ReadOnlyMemory<byte> plain, CancellationToken ct) =>
        await TryProtectAsync(personId, purpose, plain, ct)
        ?? throw new PersonKeyMissingException("The person has no key: none was created, or the person was erased.");

    /// <summary>Decrypts, or gives null when the key was destroyed.</summary>
    /// <exception cref="CryptographicException">The ciphertext was altered, or belongs to another person or purpose.</exception>
    public async Task<byte[]?> UnprotectAsync(string personId, string purpose, ReadOnlyMemory<byte> cipher, CancellationToken ct)
    {
        using var key = await FindAsync(personId, ct);
        return key?.Unprotect(purpose, cipher.Span);
    }

    /// <summary>Destroys the key: what it protects is unreadable from then on, in every copy of the other databases.</summary>
    public async Task DestroyAsync(string personId, CancellationToken ct)
    {
        await database.WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(new CommandDefinition(
                "DELETE FROM person_keys WHERE person_id = @personId", new { personId }, transaction, cancellationToken: ct)),
            ct);
        await database.ForgetDeletedAsync("person_keys", ct);
    }

    /// <summary>Redacted.</summary>
    public override string ToString() => nameof(PersonKeys);

    internal async Task<byte[]?> TryProtectAsync(string personId, string purpose, ReadOnlyMemory<byte> plain, CancellationToken ct)
    {
        using var key = await FindAsync(personId, ct);
        return key?.Protect(purpose, plain.Span);
    }

    internal async Task<bool> HasKeyAsync(string personId, CancellationToken ct) => await FindWrappedAsync(personId, ct) is not null;

    private ValueTask<byte[]?> FindWrappedAsync(string personId, CancellationToken ct) => database.FindAsync(FindWrapped, row => row.Bytes(0), ct, personId);
}

/// <summary>A person has no key: none was created, or the person was erased.</summary>
public sealed class PersonKeyMissingException : Exception
{
    public PersonKeyMissingException()
    {
    }

    public PersonKeyMissingException(string message)
        : base(message)
    {
    }

    public PersonKeyMissingException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
