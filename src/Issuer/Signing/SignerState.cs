using System.Reflection;
using Dapper;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Hosting.Storage;

namespace IdentityPlatform.Issuer.Signing;

/// <summary>
/// What the signer remembers, in a directory of its own: its audit log, how many copies each approval gave, which invitations were
/// redeemed, and the custodian's denials. No other process writes there.
/// </summary>
public sealed class SignerState : IAsyncDisposable
{
    private const string DenialsFile = "denials.jwt";

    private static readonly Statement Spend = new("""
        INSERT INTO minted (approval, first_at, day, copies) SELECT @approval, @at, @day, @copies WHERE @copies <= @most
        ON CONFLICT (approval) DO UPDATE SET day = @day, copies = CASE WHEN day = @day THEN minted.copies + @copies ELSE @copies END
        WHERE @day >= day AND CASE WHEN day = @day THEN minted.copies + @copies ELSE @copies END <= @most
        """);

    private readonly string _directory;
    private volatile ReadFile? _denials;

    private SignerState(string directory, Database database, AuditLog audit) => (_directory, Database, Audit) = (directory, database, audit);

    /// <summary>Every order, granted or refused, in one hash chain per day.</summary>
    public AuditLog Audit { get; }

    internal Database Database { get; }

    private static MigrationSet Migrations => new("signer", Assembly.GetExecutingAssembly(), "Signing");

    /// <summary>Opens the directory, or makes it, for its owner alone.</summary>
    public static async Task<SignerState> OpenAsync(string directory, Signer signer, TimeProvider time, CancellationToken ct)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var database = Database.Open(StorageEngine.Sqlite, $"Data Source={Path.Combine(directory, "signer.db")}");
        await database.MigrateAsync([MigrationSet.Hosting, Migrations], ct);
        return new(directory, database, new AuditLog(database, null, signer, time, $"signer@{Environment.MachineName}"));
    }

    /// <summary>When copies were first minted from an approval; null when none were.</summary>
    public async Task<DateTimeOffset?> FirstMintedAsync(string approval, CancellationToken ct) => await Database.ReadAsync(
        connection => connection.ExecuteScalarAsync<long?>(new CommandDefinition(
            "SELECT first_at FROM minted WHERE approval = @approval", new { approval }, cancellationToken: ct)),
        ct) is { } first ? DateTimeOffset.FromUnixTimeSeconds(first) : null;

    /// <summary>Counts copies before they are signed, and writes them down; false when that would be more than the day allows.</summary>
    public Task<bool> SpendAsync(string approval, int copies, int most, DateTimeOffset now, AuditEvent minted, CancellationToken ct) => Database.WriteAsync(
        async (connection, transaction) =>
        {
            var (at, day) = (now.ToUnixTimeSeconds(), Status.Days.Of(now));
            var counted = await connection.RunAsync(transaction, Spend, approval, at, day, copies, most);
            if (counted == 1)
            {
                await Audit.AppendAsync(connection, transaction, minted, ct);
            }

            return counted == 1;
        },
        ct);

    /// <summary>Redeems an invitation, once, and writes down who enrolled.</summary>
    public Task<bool> RedeemAsync(string invitation, DateTimeOffset now, AuditEvent enrolled, CancellationToken ct) => Database.WriteAsync(
        async (connection, transaction) =>
        {
            var first = await connection.ExecuteAsync(new CommandDefinition(
                "INSERT INTO redeemed (invitation, redeemed_at) VALUES (@invitation, @at) ON CONFLICT (invitation) DO NOTHING",
                new { invitation, at = now.ToUnixTimeSeconds() }, transaction, cancellationToken: ct));
            if (first == 1)
            {
                await Audit.AppendAsync(connection, transaction, enrolled, ct);
            }

            return first == 1;
        },
        ct);

    /// <summary>True for an invitation that was redeemed.</summary>
    public async Task<bool> IsRedeemedAsync(string invitation, CancellationToken ct) => await Database.ReadAsync(
        connection => connection.ExecuteScalarAsync<long>(new CommandDefinition(
            "SELECT count(*) FROM redeemed WHERE invitation = @invitation", new { invitation }, cancellationToken: ct)),
        ct) == 1;

    /// <summary>What was written down, oldest first.</summary>
    public async Task<IReadOnlyList<AuditedEvent>> ReadAuditAsync(CancellationToken ct) => [.. await Database.ReadAsync(
        connection => connection.QueryAsync<AuditedEvent>(new CommandDefinition(
            "SELECT at AS At, name AS Name, CAST(content AS text) AS Details FROM audit_entries ORDER BY day, number", cancellationToken: ct)),
        ct)];

    /// <summary>
    /// The custodian's denials as they are now: none where there is no file, null where the file is not what a roster key signed. The file
    /// is read each time; the signature of the same text under the same keys is not checked twice.
    /// </summary>
    public Denials? ReadDenials(IReadOnlyList<VerificationKey> rosterKeys, string deployment)
    {
        if (ReadFileOf(_directory) is not { } token)
        {
            return null;
        }

        var known = _denials;
        if (known is null || known.Token != token || known.Keys != rosterKeys || known.Deployment != deployment)
        {
            _denials = known = new(token, rosterKeys, deployment, Verify(token, rosterKeys, deployment));
        }

        return known.Denials;
    }

    internal static Denials? ReadDenials(string directory, IReadOnlyList<VerificationKey> rosterKeys, string deployment) =>
        ReadFileOf(directory) is { } token ? Verify(token, rosterKeys, deployment) : null;

    private static Denials? Verify(string token, IReadOnlyList<VerificationKey> rosterKeys, string deployment) =>
        token.Length == 0 ? Denials.None : Denials.Verify(token.TrimEnd(), rosterKeys, deployment).Succeeded(out var denials, out _) ? denials : null;

    // Its text; empty where there is none, null where it cannot be read. A file of no text says nothing that anybody signed.
    private static string? ReadFileOf(string directory)
    {
        var path = Path.Combine(directory, DenialsFile);
        try
        {
            // The time of a file that is not there is the beginning of the file system's calendar; of one that may not be looked at there is none.
            return File.GetLastWriteTimeUtc(path).ToFileTimeUtc() <= 0 ? "" : File.ReadAllText(path) is { Length: > 0 } text ? text : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Replaces the file whole.</summary>
    internal static void WriteDenials(string directory, string token)
    {
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, DenialsFile);
        File.WriteAllText(path + ".new", token + "\n");
        File.Move(path + ".new", path, overwrite: true);
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();

    private sealed record ReadFile(string Token, IReadOnlyList<VerificationKey> Keys, string Deployment, Denials? Denials);
}

/// <summary>An entry of the signer's audit log.</summary>
public sealed class AuditedEvent
{
    public required long At { get; init; }

    public required string Name { get; init; }

    /// <summary>A JSON object: ids, counts and the rule that was broken.</summary>
    public required string Details { get; init; }
}
