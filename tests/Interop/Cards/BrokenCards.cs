using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Cose;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.Mdoc;
using IdentityPlatform.Fuzz.Mutations;

namespace IdentityPlatform.Interop.Cards;

/// <summary>Presentations that were broken in one place: as they came, or below signatures that were made anew.</summary>
internal static class BrokenCards
{
    /// <summary>An SD-JWT: the whole text, or what the issuer or the holder signed, or a disclosure together with its digest.</summary>
    public static string SdJwt(CardWorld world, string presentation, DateTimeOffset now, Random random)
    {
        var (jwt, disclosures, binding) = Parts(presentation);
        switch (random.Next(4))
        {
            case 0:
                return Encoding.Latin1.GetString(ByteMutator.Mutate(Encoding.Latin1.GetBytes(presentation), random));
            case 1:
                return Bind(world, Sign(world, Mutate(Payload(jwt), random)) + "~" + disclosures, now);
            case 2:
                using (var holder = SigningKey.From(ECDsa.Create(world.Holder.ExportParameters(true))))
                {
                    return $"{jwt}~{disclosures}{JwtWriter.SignPayload(holder, "kb+jwt", Mutate(Payload(binding), random), KeyReference.None)}";
                }

            default:
                return Bind(world, WithOtherDisclosure(world, jwt, disclosures, random), now);
        }
    }

    /// <summary>An mdoc: the whole response; or its security object below a signature of the issuer, as far as we read that ourselves.</summary>
    public static byte[] Mdoc(MdocWorld world, byte[] issued, byte[] presentation, Random random)
    {
        if (random.Next(2) == 0)
        {
            return ByteMutator.Mutate(presentation, random);
        }

        var received = IssuerSigned.Parse(issued).OrThrow();
        var payload = ByteMutator.Mutate(received.IssuerAuth.UnverifiedPayload!.Value.ToArray(), random);
        var names = StrictCbor.Parse(issued).OrThrow().Member("nameSpaces")!;
        var signed = CborValue.Map(("issuerAuth", StrictCbor.Parse(CoseWriter.Sign(world.Signer, payload)).OrThrow() is var auth ? auth.Untagged() ?? auth : auth), ("nameSpaces", names));
        if (HeldMdoc.Parse(signed.Encoded).Failed(out _, out var held))
        {
            return ByteMutator.Mutate(presentation, random);
        }

        using var device = SigningKey.From(ECDsa.Create(world.Holder.ExportParameters(true)));
        return held.Present([(MdocWorld.Iso, "family_name"), (MdocWorld.Iso, "birth_date")], device, MdocWorld.Transcript);
    }

    private static (string Jwt, string Disclosures, string Binding) Parts(string presentation)
    {
        var (first, last) = (presentation.IndexOf('~', StringComparison.Ordinal), presentation.LastIndexOf('~'));
        return (presentation[..first], presentation[(first + 1)..(last + 1)], presentation[(last + 1)..]);
    }

    private static byte[] Payload(string jwt) => Base64UrlText.Parse(jwt.Split('.')[1], "payload").OrThrow();

    private static byte[] Mutate(byte[] json, Random random) => random.Next(2) == 0
        ? Encoding.UTF8.GetBytes(JsonMutator.Mutate(Encoding.UTF8.GetString(json), random))
        : ByteMutator.Mutate(json, random);

    private static string Sign(CardWorld world, byte[] payload) => JwtWriter.SignPayload(world.Signer, "dc+sd-jwt", payload, KeyReference.X5c);

    private static string Bind(CardWorld world, string hashed, DateTimeOffset now)
    {
        using var holder = SigningKey.From(ECDsa.Create(world.Holder.ExportParameters(true)));
        return hashed + JwtWriter.Sign(
            holder,
            "kb+jwt",
            claims =>
            {
                claims.WriteString("nonce", CardWorld.Nonce);
                claims.WriteString("aud", CardWorld.Audience);
                claims.WriteNumber("iat", now.ToUnixTimeSeconds());
                claims.WriteString("sd_hash", Hash(hashed));
            },
            KeyReference.None);
    }

    private static string WithOtherDisclosure(CardWorld world, string jwt, string disclosures, Random random)
    {
        // The outer of the two that are shown: its digest stands in what the issuer signs.
        var all = disclosures.TrimEnd('~').Split('~');
        var chosen = all.Single(text => Encoding.ASCII.GetString(Payload(jwt)).Contains(Hash(text), StringComparison.Ordinal));
        var other = Base64UrlText.Encode(Mutate(Base64UrlText.Parse(chosen, "disclosure").OrThrow(), random));
        var payload = Encoding.UTF8.GetString(Payload(jwt)).Replace(Hash(chosen), Hash(other), StringComparison.Ordinal);
        return Sign(world, Encoding.UTF8.GetBytes(payload)) + "~" + disclosures.Replace(chosen, other, StringComparison.Ordinal);
    }

    private static string Hash(string text) => Base64UrlText.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(text)));
}
