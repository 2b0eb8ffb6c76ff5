using IdentityPlatform.IdP.SignIn;

namespace IdentityPlatform.IdP.Tests.SignIn;

public sealed class LocalPathTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/account")]
    [InlineData("/authorize?client_id=a&request_uri=urn%3Ax")]
    public void A_path_of_this_server_is_kept(string path) => Assert.Equal(path, LocalPath.Find(path)?.Value);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("account")]
    [InlineData("//evil.test")]
    [InlineData("/\\evil.test")]
    [InlineData("/a\\b")]
    [InlineData("/a\tb")]
    [InlineData("/a\nb")]
    [InlineData("/ü")]
    [InlineData("https://evil.test")]
    [InlineData("javascript:alert(1)")]
    public void Anything_else_is_none(string? path) => Assert.Null(LocalPath.Find(path));
}
