using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.IdP.Services;

namespace IdentityPlatform.IdP.Tests.Services;

public sealed class SectorTests
{
    private static readonly byte[] Key = SHA256.HashData("key"u8);

    [Fact]
    [Trait("Safeguard", "SG6")]
    public void The_subject_is_the_keyed_hash_of_the_account() =>
        Assert.Equal(Base64UrlText.Encode(HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes("account"))), new Sector("s", "s", Key, []).SubjectOf("account"));

    [Fact]
    public void Subject_session_id_and_consent_key_never_meet()
    {
        var sector = new Sector("s", "s", Key, []);
        Assert.Equal(3, new[] { sector.SubjectOf("x"), sector.SessionIdOf("x"), sector.ConsentKeyOf("x") }.Distinct().Count());
    }

    [Fact]
    public void Services_of_one_sector_share_the_subject_and_not_the_consent()
    {
        var (one, two) = (new Sector("host:h", "one", Key, []), new Sector("host:h", "two", Key, []));
        Assert.Equal(one.SubjectOf("x"), two.SubjectOf("x"));
        Assert.NotEqual(one.ConsentKeyOf("x"), two.ConsentKeyOf("x"));
    }

    [Theory]
    [InlineData(null, "service")]
    [InlineData("not a url", "service")]
    [InlineData("http://group.test/sector.json", "service")]
    [InlineData("https://Group.test/sector.json", "host:group.test")]
    [InlineData("https://group.test:8443/other.json", "host:group.test")]
    public void A_sector_is_the_service_or_the_host_of_its_sector_identifier_uri(string? uri, string sector) => Assert.Equal(sector, Sector.IdOf("service", uri));

    [Fact]
    public void A_sealed_value_opens_for_its_context_alone_and_unaltered_alone()
    {
        var seal = new Seal(Key, "test");
        var box = seal.Protect("secret"u8, "one");
        Assert.Equal("secret"u8.ToArray(), seal.Unprotect(box, "one"));
        Assert.Null(seal.Unprotect(box, "two"));
        Assert.Null(new Seal(Key, "other").Unprotect(box, "one"));
        box[^1] ^= 1;
        Assert.Null(seal.Unprotect(box, "one"));
        Assert.Null(seal.Unprotect([1, 2, 3], "one"));
    }
}
