using System.Net;
using IdentityPlatform.Hosting.Web;

namespace IdentityPlatform.Hosting.Tests.Web;

/// <summary>The edges of each special range, and what lies beside them.</summary>
public sealed class PublicAddressTests
{
    [Theory]
    [InlineData("0.255.255.255", "1.0.0.0")]
    [InlineData("10.0.0.0", "9.255.255.255")]
    [InlineData("10.255.255.255", "11.0.0.0")]
    [InlineData("100.64.0.0", "100.63.255.255")]
    [InlineData("100.127.255.255", "100.128.0.0")]
    [InlineData("127.0.0.0", "126.255.255.255")]
    [InlineData("127.255.255.255", "128.0.0.0")]
    [InlineData("169.254.0.0", "169.253.255.255")]
    [InlineData("169.254.255.255", "169.255.0.0")]
    [InlineData("172.16.0.0", "172.15.255.255")]
    [InlineData("172.31.255.255", "172.32.0.0")]
    [InlineData("192.0.0.255", "192.0.1.0")]
    [InlineData("192.0.2.1", "192.0.3.0")]
    [InlineData("192.168.0.0", "192.167.255.255")]
    [InlineData("192.168.255.255", "192.169.0.0")]
    [InlineData("198.18.0.0", "198.17.255.255")]
    [InlineData("198.19.255.255", "198.20.0.0")]
    [InlineData("198.51.100.7", "198.51.101.7")]
    [InlineData("203.0.113.7", "203.0.112.7")]
    [InlineData("224.0.0.0", "223.255.255.255")]
    [InlineData("255.255.255.255", "8.8.8.8")]
    [InlineData("::", "2600::")]
    [InlineData("::1", "2a00::1")]
    [InlineData("::ffff:8.8.8.8", "2606:4700::1111")]
    [InlineData("::ffff:10.0.0.1", "2606:4700::1001")]
    [InlineData("::ffff:127.0.0.1", "2606:4700::1002")]
    [InlineData("::ffff:192.168.0.1", "2606:4700::1003")]
    [InlineData("::8.8.8.8", "2620:fe::fe")]
    [InlineData("64:ff9b::808:808", "2400::1")]
    [InlineData("64:ff9b:1::1", "2800::1")]
    [InlineData("100::1", "2c00::1")]
    [InlineData("2001::1", "2001:200::1")]
    [InlineData("2001:db8::1", "2001:db9::1")]
    [InlineData("2002:808:808::1", "2003::1")]
    [InlineData("3fff:fff::1", "3ffe::1")]
    [InlineData("4000::1", "3000::1")]
    [InlineData("fc00::1", "2a02::1")]
    [InlineData("fdff::1", "2a03::1")]
    [InlineData("fe80::1", "2a04::1")]
    [InlineData("fec0::1", "2a05::1")]
    [InlineData("ff02::1", "2a06::1")]
    public void Inside_is_not_public_and_beside_is(string inside, string beside)
    {
        Assert.False(PublicAddress.Is(IPAddress.Parse(inside)), inside);
        Assert.True(PublicAddress.Is(IPAddress.Parse(beside)), beside);
    }
}
