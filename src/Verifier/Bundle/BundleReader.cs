using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Verifier.Bundle;

/// <summary>Reads the claims of a bundle whose signature was verified. Unknown members are ignored: a bundle may learn more.</summary>
internal static class BundleReader
{
    public static Parsed<BundleContent> Read(JsonElement claims)
    {
        if (claims.LongMember("version") is not (>= 0 and var version) || ReadTime(claims.LongMember("iat")) is not { } issuedAt)
        {
            return Missing("version and iat, whole numbers");
        }

        if (claims.StringsMember("denied") is not { } denied || ReadRegions(claims) is not { } regions || claims.ObjectMember("types") is not { } types)
        {
            return Missing("denied, types and regions");
        }

        if (claims.ObjectMember("max_age") is not { } maxAge || ReadSpan(maxAge, "bundle") is not { } bundleAge || ReadSpan(maxAge, "status") is not { } statusAge)
        {
            return Missing("max_age with bundle and status, positive seconds");
        }

        if (ReadAnchors(claims).Failed(out var failure, out var anchors))
        {
            return failure;
        }

        return new BundleContent
        {
            Version = version,
            IssuedAt = issuedAt,
            Anchors = anchors,
            Denied = denied,
            Types = types.EnumerateObject().ToDictionary(type => type.Name, type => type.Value, StringComparer.Ordinal),
            Regions = regions,
            BundleMaxAge = bundleAge,
            StatusMaxAge = statusAge,
        };
    }

    private static Parsed<List<Anchor>> ReadAnchors(JsonElement claims)
    {
        var anchors = new List<Anchor>();
        if (claims.ArrayMember("anchors") is not { } array)
        {
            return Missing("anchors");
        }

        foreach (var item in array.EnumerateArray())
        {
            if (ReadAnchor(item).Failed(out var failure, out var anchor))
            {
                return new FormatFailure(failure.Rule, $"anchors[{anchors.Count}]: {failure.Fact}");
            }

            anchors.Add(anchor);
        }

        return anchors;
    }

    private static Parsed<Anchor> ReadAnchor(JsonElement json)
    {
        if (json.StringsMember("roles") is not { } names || json.StringsMember("types") is not { } types || json.StringMember("certificate") is not { } text)
        {
            return Missing("certificate, roles and types");
        }

        // Read strictly: a restriction that cannot be read must not vanish.
        if (json.Member("signer_usage") is not null && json.StringMember("signer_usage") is null)
        {
            return Missing("signer_usage, where it is there, a string");
        }

        // A role that this version does not know gives nothing: it is left out, not guessed.
        var roles = names.Select(AnchorRoles.Find).OfType<AnchorRole>().ToList();
        try
        {
            return new Anchor { Certificate = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(text)), Roles = roles, Types = types, SignerUsage = json.StringMember("signer_usage") };
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return new FormatFailure(FormatRule.Structure, "the certificate is not base64 of a DER certificate");
        }
    }

    private static Dictionary<string, int>? ReadRegions(JsonElement claims)
    {
        const int day = 24 * 60;
        var regions = new Dictionary<string, int>(StringComparer.Ordinal);
        if (claims.ObjectMember("regions") is not { } json)
        {
            return null;
        }

        foreach (var region in json.EnumerateObject())
        {
            if (region.Value.ValueKind != JsonValueKind.Number || !region.Value.TryGetInt32(out var minutes) || minutes is < -day or > day)
            {
                return null;
            }

            regions.Add(region.Name, minutes);
        }

        return regions;
    }

    private static DateTimeOffset? ReadTime(long? seconds) => seconds is { } value ? UnixTime.Find(value) : null;

    private static TimeSpan? ReadSpan(JsonElement json, string name) =>
        json.LongMember(name) is { } seconds and > 0 and <= 10L * 366 * 24 * 3600 ? TimeSpan.FromSeconds(seconds) : null;

    private static FormatFailure Missing(string what) => new(FormatRule.Member, $"{what} are required");
}
