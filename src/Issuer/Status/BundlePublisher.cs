using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Dapper;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Catalogue;
using IdentityPlatform.Verifier.Bundle;

namespace IdentityPlatform.Issuer.Status;

/// <summary>Makes the offline bundle that verifiers hold: who may sign, what the types say, and every status list.</summary>
public sealed class BundlePublisher(
    Database database, StatusPublisher lists, Signer signer, Deployment deployment, BundleSettings settings, StatusPolicy policy, TimeProvider time) : IDisposable
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
            var content = string.Join('.', all.Select(list => list.Tag));
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
        var content = new BundleContent
        {
            Version = await NextVersionAsync(now, ct),
            IssuedAt = now,
            Anchors = [.. settings.Anchors.SelectMany(Anchors)],
            Denied = settings.Denied,
            Types = deployment.Types.ToDictionary(type => type.Vct, type => StrictJson.ParseObject(TypeMetadata.Of(type).Document.Span).OrThrow().Element),
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
    private IEnumerable<Anchor> Anchors(X509Certificate2 certificate)
    {
        IReadOnlyList<string> types = [.. deployment.Types.Select(type => type.Vct), .. deployment.Types.Select(type => type.Mdoc?.DocType).OfType<string>()];
        var usage = UsageOf(signer.Active(KeyRole.Credentials));
        yield return new Anchor { Certificate = certificate, Roles = [AnchorRole.Credentials], Types = types, SignerUsage = usage };
        yield return new Anchor { Certificate = certificate, Roles = [AnchorRole.Status], Types = types };
    }

    private static string? UsageOf(SigningKey key)
    {
        using var leaf = X509CertificateLoader.LoadCertificate(key.CertificateChain[0]);
        return leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().SelectMany(usage => usage.EnhancedKeyUsages.Cast<Oid>()).FirstOrDefault()?.Value;
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
