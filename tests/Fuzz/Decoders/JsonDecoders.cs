using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.Formats.Trust;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.Fuzz.Decoders;

/// <summary>Decoders of JSON: keys, chains, queries, lists, bundles.</summary>
internal static class JsonDecoders
{
    public static IEnumerable<Decoder> All =>
    [
        Json(typeof(StrictJson), "json", Seeds.Jsons, _ => true),
        Bytes(typeof(SignedSdJwt), "sd-jwt in json", Seeds.JsonSdJwts, bytes => SignedSdJwt.ParseJson(bytes).Succeeded(out var sdJwt, out _) && sdJwt.Process(sdJwt.IssuerJwt.UnverifiedClaims) is var _),
        Json(typeof(Jwk), "jwk", Seeds.Jwks, json => Jwk.Parse(json).Succeeded(out var jwk, out _) && VerificationKey.Import(jwk).Succeeded(out var key, out _) && Dispose(key)),
        Json(typeof(PrivateJwk), "private jwk", Seeds.PrivateJwks, json => PrivateJwk.Parse(json).Succeeded(out var key, out _) && Dispose(key)),
        Json(typeof(PrivateJwk), "private agreement jwk", Seeds.PrivateJwks, json => PrivateJwk.ParseAgreement(json).Succeeded(out var key, out _) && Dispose(key)),
        Json(typeof(X5c), "x5c", Seeds.Chains, json => X5c.Parse(json).Succeeded(out var chain, out _) && Dispose(chain)),
        Json(typeof(ClaimPath), "claim path", Seeds.ClaimPaths, json => ClaimPath.Parse(json).Succeeded(out _, out _)),
        Json(typeof(StatusReference), "status reference", Seeds.StatusReferences, json => StatusReference.Parse(json).Succeeded(out _, out _)),
        Json(typeof(StatusList), "status list", Seeds.StatusLists, json => StatusList.Parse(json).Succeeded(out var list, out _) && list[0] >= 0, maxAllocated: 4 * StatusList.DefaultMaxBytes),
        Json(typeof(DcqlQuery), "dcql query", Seeds.Queries, json => DcqlQuery.Parse(json).Succeeded(out _, out _)),
        Json(typeof(VpToken), "vp token", Seeds.VpTokens, json => VpToken.Parse(json, Seeds.VpQuery).Succeeded(out var token, out _) && JsonText.Write(token.WriteTo).Length > 0),
        Bytes(typeof(OfflineBundle), "bundle", [Seeds.Bundle], bytes => OfflineBundle.Parse(bytes, Seeds.Keys).Succeeded(out _, out _), maxAllocated: 4 * StatusList.DefaultMaxBytes),

        // The content alone, signed after it was broken: else nothing of it would be read.
        Bytes(typeof(OfflineBundle), "bundle content", [Seeds.BundleClaims], bytes => OfflineBundle.Parse(Seeds.BundleOf(bytes), Seeds.Keys).Succeeded(out _, out _)),
    ];

    /// <summary>Reads every name and string, as whoever uses the value may.</summary>
    public static void ReadAll(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in json.EnumerateObject())
                {
                    _ = member.Name;
                    ReadAll(member.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in json.EnumerateArray())
                {
                    ReadAll(item);
                }

                break;
            case JsonValueKind.String:
                _ = json.GetString();
                break;
            default:
                break;
        }
    }

    private static Decoder Json(Type type, string name, IReadOnlyList<string> seeds, Func<JsonElement, bool> decode, long? maxAllocated = null) => Bytes(
        type,
        name,
        [.. seeds.Select(Encoding.UTF8.GetBytes)],
        bytes =>
        {
            if (StrictJson.Parse(bytes).Failed(out _, out var json))
            {
                return false;
            }

            ReadAll(json.Element);
            return decode(json.Element);
        },
        maxAllocated);

    private static Decoder Bytes(Type type, string name, IReadOnlyList<byte[]> seeds, Func<byte[], bool> decode, long? maxAllocated = null)
    {
        Outcome Decode(byte[] input) => decode(input) ? Outcome.Accepted : Outcome.Refused;
        return maxAllocated is { } max ? new([type], name, seeds, Decode, max) : new([type], name, seeds, Decode);
    }

    private static bool Dispose(IDisposable value)
    {
        value.Dispose();
        return true;
    }
}
