using System.Data.Common;
using System.Security.Cryptography;
using Dapper;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.OAuth.Protocol;

namespace IdentityPlatform.OAuth.Storage;

/// <summary>Device codes (RFC 8628): a secret for the device, a short one for the person, one answer.</summary>
internal sealed class DeviceCodes(Database database)
{
    /// <summary>Seconds between two questions of a device, and what each hasty one adds (RFC 8628 §3.5).</summary>
    public const int Interval = 5;

    private const string InsertSql = """
        INSERT INTO oauth_device_codes (code_hash, user_code_hash, client_id, request, dpop_key, instance_key, poll_interval, expires_at)
        VALUES (@hash, @userHash, @ClientId, @Request, @DpopThumbprint, @InstanceThumbprint, @interval, @expires)
        ON CONFLICT (user_code_hash) DO NOTHING
        """;

    private const string WaitingSql = """
        SELECT code_hash AS Hash, client_id AS ClientId, request AS Request, dpop_key AS DpopThumbprint, instance_key AS InstanceThumbprint
        FROM oauth_device_codes
        WHERE user_code_hash = @userHash AND expires_at > @now AND grant_id IS NULL AND denied_at IS NULL
        """;

    private const string ApproveSql = """
        UPDATE oauth_device_codes SET grant_id = @grantId
        WHERE code_hash = @hash AND expires_at > @now AND grant_id IS NULL AND denied_at IS NULL
        """;

    private const string DenySql = """
        UPDATE oauth_device_codes SET denied_at = @now
        WHERE code_hash = @hash AND expires_at > @now AND grant_id IS NULL AND denied_at IS NULL
        """;

    // One statement counts the question and, if the person has agreed, spends the code: of parallel questions one is answered.
    private const string PollSql = """
        UPDATE oauth_device_codes SET
            is_early = CASE WHEN @now < polled_at + poll_interval THEN 1 ELSE 0 END,
            poll_interval = poll_interval + CASE WHEN @now < polled_at + poll_interval THEN @step ELSE 0 END,
            polled_at = @now,
            redeemed_at = CASE WHEN grant_id IS NULL THEN NULL ELSE @now END
        WHERE code_hash = @hash AND client_id = @clientId AND redeemed_at IS NULL AND expires_at > @now
        RETURNING grant_id AS GrantId, denied_at AS DeniedAt, is_early AS IsEarly, dpop_key AS DpopThumbprint
        """;

    private const string ExpiredSql =
        "SELECT 1 FROM oauth_device_codes WHERE code_hash = @hash AND client_id = @clientId AND redeemed_at IS NULL AND expires_at <= @now";

    /// <summary>Stores a request of a device; answers both codes.</summary>
    public async Task<(string DeviceCode, UserCode UserCode)> AddAsync(NewDeviceCode code, DateTimeOffset expiresAt, CancellationToken ct)
    {
        var secret = StoredHash.NewSecret();
        while (true)
        {
            // Of codes that live at the same time no two are alike.
            var userCode = UserCode.Find(RandomNumberGenerator.GetString(UserCode.Letters, UserCode.Length))!;
            var row = new
            {
                hash = StoredHash.Of(secret),
                userHash = StoredHash.Of(userCode.Value),
                code.ClientId,
                code.Request,
                code.DpopThumbprint,
                code.InstanceThumbprint,
                interval = (long)Interval,
                expires = expiresAt.ToUnixTimeSeconds(),
            };
            if (await database.WriteAsync((connection, transaction) => connection.ExecuteAsync(InsertSql, row, transaction), ct) == 1)
            {
                return (secret, userCode);
            }
        }
    }

    /// <summary>The request that waits for the person with this code, or null.</summary>
    public Task<WaitingDevice?> FindAsync(UserCode code, DateTimeOffset now, CancellationToken ct) => database.ReadAsync(
        connection => connection.QuerySingleOrDefaultAsync<WaitingDevice?>(WaitingSql, new { userHash = StoredHash.Of(code.Value), now = now.ToUnixTimeSeconds() }), ct);

    /// <summary>The person agreed: false when the code has expired or was answered.</summary>
    public Task<bool> ApproveAsync(byte[] hash, GrantRow grant, DateTimeOffset grantExpiresAt, DateTimeOffset now, CancellationToken ct) => database.WriteAsync(
        async (connection, transaction) =>
        {
            var change = new { hash, grantId = grant.Id, now = now.ToUnixTimeSeconds() };
            if (await connection.ExecuteAsync(ApproveSql, change, transaction) == 0)
            {
                return false;
            }

            await StoredGrants.AddAsync(connection, transaction, grant, change.now, grantExpiresAt.ToUnixTimeSeconds());
            return true;
        },
        ct);

    /// <summary>The person refused: false when the code has expired or was answered.</summary>
    public Task<bool> DenyAsync(byte[] hash, DateTimeOffset now, CancellationToken ct) => database.WriteAsync(
        async (connection, transaction) => await connection.ExecuteAsync(DenySql, new { hash, now = now.ToUnixTimeSeconds() }, transaction) == 1, ct);

    /// <summary>The device asks. Another client's question changes nothing.</summary>
    public Task<DevicePoll> PollAsync(string code, string clientId, DateTimeOffset now, CancellationToken ct)
    {
        var key = new { hash = StoredHash.Of(code), clientId, now = now.ToUnixTimeSeconds(), step = (long)Interval };
        return database.WriteAsync((connection, transaction) => PollAsync(connection, transaction, key, key.now), ct);
    }

    private static async Task<DevicePoll> PollAsync(DbConnection connection, DbTransaction transaction, object key, long now)
    {
        var row = await connection.QuerySingleOrDefaultAsync<PollRow>(PollSql, key, transaction);
        if (row is null)
        {
            var expired = await connection.QuerySingleOrDefaultAsync<long?>(ExpiredSql, key, transaction) is not null;
            return new DevicePoll.Refused(expired ? DeviceFault.Expired : DeviceFault.Unknown);
        }

        if (row.GrantId is null)
        {
            return new DevicePoll.Refused(row.DeniedAt is not null ? DeviceFault.Denied : row.IsEarly == 1 ? DeviceFault.Hasty : DeviceFault.Pending);
        }

        return await StoredGrants.FindAsync(connection, transaction, row.GrantId, now) is { } grant
            ? new DevicePoll.Redeemed(grant, row.DpopThumbprint)
            : new DevicePoll.Refused(DeviceFault.Unknown);
    }

    private sealed class PollRow
    {
        public string? GrantId { get; init; }

        public long? DeniedAt { get; init; }

        public long IsEarly { get; init; }

        public string? DpopThumbprint { get; init; }
    }
}

/// <summary>A request of a device to be stored.</summary>
internal sealed class NewDeviceCode
{
    public required string ClientId { get; init; }

    /// <summary>The parameters, as JSON.</summary>
    public required string Request { get; init; }

    public string? DpopThumbprint { get; init; }

    public string? InstanceThumbprint { get; init; }
}

/// <summary>A request of a device that nobody has answered.</summary>
internal sealed class WaitingDevice
{
    public required byte[] Hash { get; init; }

    public required string ClientId { get; init; }

    public required string Request { get; init; }

    public string? DpopThumbprint { get; init; }

    public string? InstanceThumbprint { get; init; }
}

/// <summary>Why a device gets nothing yet, or never.</summary>
internal enum DeviceFault
{
    Unknown,
    Expired,
    Pending,
    Hasty,
    Denied,
}

/// <summary>What a device's question gave.</summary>
internal abstract class DevicePoll
{
    private DevicePoll()
    {
    }

    public sealed class Redeemed(GrantRow grant, string? dpopThumbprint) : DevicePoll
    {
        public GrantRow Grant { get; } = grant;

        /// <summary>The key that the device named when it began, or null.</summary>
        public string? DpopThumbprint { get; } = dpopThumbprint;
    }

    public sealed class Refused(DeviceFault fault) : DevicePoll
    {
        public DeviceFault Fault { get; } = fault;
    }
}
