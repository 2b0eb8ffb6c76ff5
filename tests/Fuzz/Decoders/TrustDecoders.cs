using System.Text;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Formats.Trust;

namespace IdentityPlatform.Fuzz.Decoders;

/// <summary>Decoders of what says whom to trust, and what a type is.</summary>
internal static class TrustDecoders
{
    public static IEnumerable<Decoder> All =>
    [
        // The content alone, signed after it was broken: else nothing of it would be read.
        new([typeof(TrustedEntityList)], "list of trusted entities", [Seeds.TrustedEntities], bytes => Of(Read(Seeds.TrustedEntitiesOf(bytes)))),
        new([typeof(TrustedEntityList)], "list of trusted entities as a token", [Encoding.ASCII.GetBytes(Seeds.TrustedEntitiesOf(Seeds.TrustedEntities))], bytes => Of(Read(Encoding.Latin1.GetString(bytes)))),
        new([typeof(PemCertificates)], "pem", [Encoding.ASCII.GetBytes(Seeds.Pem)], bytes => Of(ReadPem(Encoding.Latin1.GetString(bytes)))),
        new([typeof(TypeMetadataDocument)], "type metadata", Seeds.TypeDocuments, bytes => Of(TypeMetadataDocument.Parse(bytes).Succeeded(out _, out _))),
        new([typeof(IntegrityMetadata)], "integrity", [Encoding.ASCII.GetBytes(Seeds.Integrity)], bytes =>
            Of(IntegrityMetadata.Parse(Encoding.Latin1.GetString(bytes)).Succeeded(out var integrity, out _) && integrity.IsOf(bytes) is var _)),
    ];

    private static Outcome Of(bool accepted) => accepted ? Outcome.Accepted : Outcome.Refused;

    private static bool Read(string jws) => TrustedEntityList.Parse(jws, Seeds.Keys).Succeeded(out var list, out _) && list.Services.Count >= 0;

    private static bool ReadPem(string text)
    {
        if (PemCertificates.Parse(text).Failed(out _, out var certificates))
        {
            return false;
        }

        foreach (var certificate in certificates)
        {
            certificate.Dispose();
        }

        return true;
    }
}
