using System.Security.Cryptography;

namespace IdentityPlatform.Formats.Tests;

/// <summary>Both ways of importing a public key, held against each other.</summary>
public sealed class EcPublicKeyTests
{
    public static TheoryData<string> Curves => ["nistP256", "nistP384", "nistP521"];

    [Theory]
    [MemberData(nameof(Curves))]
    public void Both_ways_verify_what_the_key_signed_and_nothing_else(string curve)
    {
        using var signer = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve));
        var jwk = Jwk.Of(signer);
        byte[] data = [1, 2, 3];
        byte[] other = [1, 2, 4];
        var signature = signer.SignData(data, HashAlgorithmName.SHA256);
        foreach (var import in Ways())
        {
            using var key = import(jwk);
            Assert.Equal(signer.KeySize, key.KeySize);
            Assert.True(key.VerifyData(data, signature, HashAlgorithmName.SHA256));
            Assert.False(key.VerifyData(other, signature, HashAlgorithmName.SHA256));
            Assert.True(Jwk.Of(key).IsSameKeyAs(jwk));
        }
    }

    [Theory]
    [MemberData(nameof(Curves))]
    public void Both_ways_refuse_a_point_off_its_curve(string curve)
    {
        using var signer = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve));
        var good = Jwk.Of(signer);
        var json = TestKeys.Json(good.ToJson());
        var (x, y) = (json.StringMember("x")!, json.StringMember("y")!);
        var (zero, ones) = (Filled(x, 0x00), Filled(x, 0xFF));
        foreach (var import in Ways())
        {
            using var accepted = import(good);
            foreach (var (badX, badY) in ((string, string)[])[(y, x), (zero, zero), (x, zero), (zero, y), (ones, ones), (ones, y)])
            {
                var bad = Jwk.Parse(TestKeys.Json($$"""{"kty":"EC","crv":"{{good.Curve}}","x":"{{badX}}","y":"{{badY}}"}""")).OrThrow();
                Assert.ThrowsAny<CryptographicException>(() => import(bad));
            }
        }
    }

    [Fact]
    public void OpenSSL_is_used_where_the_framework_stands_on_it() =>
        Assert.Equal(OperatingSystem.IsLinux() && SafeEvpPKeyHandle.OpenSslVersion >= 0x30000000, EcPublicKey.HasOpenSsl);

    [Fact]
    public void A_key_is_imported_by_OpenSSL_where_it_can_be()
    {
        using var signer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var key = EcPublicKey.Import(Jwk.Of(signer));
        Assert.Equal(EcPublicKey.HasOpenSsl, key.GetType() == typeof(ECDsaOpenSsl));
    }

    private static List<Func<Jwk, ECDsa>> Ways()
    {
        List<Func<Jwk, ECDsa>> ways = [EcPublicKey.ImportWithFramework];
        if (OperatingSystem.IsLinux() && EcPublicKey.HasOpenSsl)
        {
            ways.Add(jwk => OperatingSystem.IsLinux() ? EcPublicKey.ImportWithOpenSsl(jwk) : throw new PlatformNotSupportedException());
        }

        return ways;
    }

    // All bits set lie beyond the field's prime.
    private static string Filled(string coordinate, byte value)
    {
        var bytes = Base64UrlText.Parse(coordinate, "").OrThrow();
        Array.Fill(bytes, value);
        return Base64UrlText.Encode(bytes);
    }
}
