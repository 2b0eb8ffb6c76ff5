using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Formats;
using IdentityPlatform.IdP.Services;
using IdentityPlatform.IdP.Storage;

namespace IdentityPlatform.IdP.Tests.Services;

public sealed class SectorTests
{
    private static readonly byte[] Key = SHA256.HashData("key"u8);

    [Fact]
    public void The_subject_is_the_keyed_hash_of_the_account() =>
        Assert.Equal(Base64UrlText.Encode(HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes("account"))), new Sector("s", Key).SubjectOf("account"));

    [Fact]
    public void Subject_session_id_and_consent_key_never_meet()
    {
        var sector = new Sector("s", Key);
        Assert.Equal(3, new[] { sector.SubjectOf("x"), sector.SessionIdOf("x"), sector.ConsentKeyOf("x") }.Distinct().Count());
    }

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
