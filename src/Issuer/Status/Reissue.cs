using System.Globalization;

namespace IdentityPlatform.Issuer.Status;

/// <summary>A mass re-issue: whose copies it reaches, why, and how far it is.</summary>
public sealed record Reissue
{
    internal const string Columns =
        """
        id AS Id, key_id AS KeyId, type AS Type, reason AS Reason, started_at AS StartedAt, finished_at AS FinishedAt, pass AS Pass, pass_from AS PassFrom,
        after_id AS After, batches AS Batches, copies AS Copies, holders AS Holders
        """;

    public required string Id { get; init; }

    /// <summary>The key whose signatures are worth nothing any more; null when it is about a type.</summary>
    public string? KeyId { get; init; }

    /// <summary>The version of a credential type (its <c>vct</c>); null when it is about a key.</summary>
    public string? Type { get; init; }

    /// <summary>One of the closed grounds.</summary>
    public required string Reason { get; init; }

    public required long StartedAt { get; init; }

    public long? FinishedAt { get; init; }

    /// <summary>Which time the register is gone through.</summary>
    public long Pass { get; init; }

    /// <summary>Records of copies that were revoked.</summary>
    public long Batches { get; init; }

    /// <summary>Copies that were revoked.</summary>
    public long Copies { get; init; }

    /// <summary>Holders who were told.</summary>
    public long Holders { get; init; }

    /// <summary>How much of the register is done, in hundredths. Records have random ids, so that the place tells it and nobody counts rows.</summary>
    public int Percent => FinishedAt is not null || Pass > 1 ? 100 : PlaceOf(After);

    internal long PassFrom { get; init; }

    internal string After { get; init; } = "";

    private static int PlaceOf(string id) =>
        id.Length >= 8 && uint.TryParse(id.AsSpan(0, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var place) ? (int)(place * 100L >> 32) : 0;
}
