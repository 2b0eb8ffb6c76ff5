using System.Security.Cryptography.X509Certificates;
using Dapper;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Signing;
using IdentityPlatform.Verifier.Bundle;

namespace IdentityPlatform.Issuer.Status;

/// <summary>Makes the offline bundle that verifiers hold: who may sign, what the types say, and every status list.</summary>
public sealed class BundlePublisher(
    Database database, StatusPublisher lists, Signer signer, SignerLink cards, Deployment deployment, BundleSettings settings, StatusPolicy policy, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private (string Content, byte[] Bundle, DateTimeOffset MadeAt)? _last;

    /// <summary>A bundle of a new version, with the lists as the database has them now.</summary>
    public async Task<byte[]> BuildAsync(CancellationToken ct)
    {
        await lists.PublishAsync(ct);
        return await WriteAsync(lists.All(), ct);
    }

    /// <summary>
    /// The bundle to serve: made anew when a list was, so that nobody's download costs a signature. Null where the root key is
    /// kept elsewhere, as it should be in production: bundles are then made there by <c>bundle build</c>.
    /// </summary>
    public async Task<byte[]?> CurrentAsync(CancellationToken ct)
    {
        if (signer.FindActive(KeyRole.BundleRoot) is null)
        {
            return null;
        }

        await _one.WaitAsync(ct);
        try
        {
            var all = lists.All();
            var keys = await cards.FindKeysAsync(ct);
            if (keys is null && _last is not null)
            {
                // The signer does not answer: what it said last stands in the bundle that is out.
                return _last.Value.Bundle;
            }

            var content = string.Join('.', all.Select(list => list.Tag).Concat(DeniedBy(keys)));
            if (_last is not { } last || last.Content != content || time.GetUtcNow() >= last.MadeAt + policy.TimeToLive)
            {
                last = (content, await WriteAsync(all, ct), time.GetUtcNow());
                _last = last;
            }

            return last.Bundle;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private async Task<byte[]> WriteAsync(IReadOnlyList<PublishedList> statusLists, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var keys = await cards.FindKeysAsync(ct) ?? throw new SignerException("The bundle says which card signers are denied, and the signer does not answer.");
        var content = new BundleContent
        {
            Version = await NextVersionAsync(now, ct),
            IssuedAt = now,
            Anchors = [.. settings.Anchors.SelectMany(anchor => Anchors(anchor, keys))],
            Denied = [.. settings.Denied.Concat(DeniedBy(keys)).Distinct(StringComparer.Ordinal)],
            Types = deployment.Types.ToDictionary(type => type.Vct, type => StrictJson.ParseObject(type.Metadata.Document.Span).OrThrow().Element),
            Regions = deployment.Regions.ToDictionary(region => region.Key, region => region.Value.OffsetMinutes, StringComparer.Ordinal),
            BundleMaxAge = settings.MaxAge,
            StatusMaxAge = policy.Lifetime,
        };
        var root = signer.Active(KeyRole.BundleRoot);
        return settings.ListsAsCwt
            ? BundleWriter.Write(content, root, [], statusLists.Select(list => list.Cwt))
            : BundleWriter.Write(content, root, statusLists.Select(list => list.Token));
    }

    // One authority may certify both signers: the usage in the card signer's certificate keeps the status signer from signing cards.
    private IEnumerable<Anchor> Anchors(X509Certificate2 certificate, SignerKeys keys)
    {
        IReadOnlyList<string> types = [.. deployment.Types.Select(type => type.Vct), .. deployment.Types.Select(type => type.Mdoc?.DocType).OfType<string>()];
        var usage = UsageOf(keys);
        yield return new Anchor { Certificate = certificate, Roles = [AnchorRole.Credentials], Types = types, SignerUsage = usage };
        yield return new Anchor { Certificate = certificate, Roles = [AnchorRole.Status], Types = types };
    }

    // What keys deny has ended is in the next bundle, of cards and of status lists.
    private IEnumerable<string> DeniedBy(SignerKeys? keys) => (keys?.Denied ?? []).Concat(signer.Denied(KeyRole.Status).Select(key => key.ThumbprintText()));

    private static string? UsageOf(SignerKeys keys)
    {
        if (keys.Certificates.Count == 0)
        {
            throw new SignerException("The signer has no certificate of a card signer: make the successor first, and certify it.");
        }

        return DocumentSigner.UsageOf(keys.Certificates[0]);
    }

    // Never below the clock: a database that was restored from a backup does not fall behind the bundles that are out.
    private Task<long> NextVersionAsync(DateTimeOffset now, CancellationToken ct) => database.WriteAsync(
        (connection, transaction) => connection.QuerySingleAsync<long>(new CommandDefinition(
            """
            INSERT INTO bundle_version (only_row, version) VALUES (1, @now)
            ON CONFLICT (only_row) DO UPDATE SET version = CASE WHEN bundle_version.version < @now THEN @now ELSE bundle_version.version + 1 END
            RETURNING version
            """,
            new { now = now.ToUnixTimeSeconds() }, transaction, cancellationToken: ct)),
        ct);
}
