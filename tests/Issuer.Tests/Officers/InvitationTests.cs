using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Officers;

namespace IdentityPlatform.Issuer.Tests.Officers;

public sealed class InvitationTests
{
    private static readonly byte[] Secret = SHA256.HashData("invitations"u8);
    private static readonly Invitation Anna = Invitation.Of("id", "card", "Anna Petrova", OfficerRole.Operator, "yerevan", DateTimeOffset.UnixEpoch);

    [Fact]
    public void An_invitation_opens_with_the_secret_that_sealed_it()
    {
        var opened = Invitation.Open(Anna.Seal(Secret), Secret);
        Assert.Equal(("id", "card", "Anna Petrova", OfficerRole.Operator, "yerevan"), (opened!.Id, opened.Deployment, opened.Name, opened.Role, opened.Centre));
    }

    [Fact]
    public void Without_the_secret_nobody_makes_one() => Assert.Null(Invitation.Open(Anna.Seal(SHA256.HashData("guess"u8)), Secret));

    [Fact]
    public void A_changed_role_breaks_the_seal()
    {
        var parts = Anna.Seal(Secret).Split('.');
        Base64UrlText.TryDecode(parts[0], out var fields);
        var raised = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(fields!).Replace("operator", "supervisor", StringComparison.Ordinal));
        Assert.Null(Invitation.Open($"{Base64UrlText.Encode(raised)}.{parts[1]}", Secret));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a.b.c")]
    [InlineData("e30.e30")]
    [InlineData("не код")]
    public void Garbage_is_no_invitation(string code) => Assert.Null(Invitation.Open(code, Secret));
}
