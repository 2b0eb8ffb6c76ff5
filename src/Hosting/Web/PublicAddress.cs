using System.Net;
using System.Net.Sockets;

namespace IdentityPlatform.Hosting.Web;

/// <summary>Which addresses are somebody else's on the open internet (the IANA special-purpose registries, RFC 6890), as against those behind our own walls.</summary>
public static class PublicAddress
{
    private static readonly IPNetwork[] SpecialV4 =
    [
        IPNetwork.Parse("0.0.0.0/8"),
        IPNetwork.Parse("10.0.0.0/8"),
        IPNetwork.Parse("100.64.0.0/10"),
        IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("169.254.0.0/16"),
        IPNetwork.Parse("172.16.0.0/12"),
        IPNetwork.Parse("192.0.0.0/24"),
        IPNetwork.Parse("192.0.2.0/24"),
        IPNetwork.Parse("192.88.99.0/24"),
        IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("198.18.0.0/15"),
        IPNetwork.Parse("198.51.100.0/24"),
        IPNetwork.Parse("203.0.113.0/24"),
        IPNetwork.Parse("224.0.0.0/3"),
    ];

    // RFC 4291 §2.4: all that is routed today. Outside lie loopback, unique local, link-local, multicast and the forms that
    // hold an IPv4 address: mapped, compatible, NAT64.
    private static readonly IPNetwork GlobalV6 = IPNetwork.Parse("2000::/3");

    // Protocol assignments with Teredo among them, documentation, 6to4: the last and Teredo hold an IPv4 address too.
    private static readonly IPNetwork[] SpecialV6 =
    [
        IPNetwork.Parse("2001::/23"),
        IPNetwork.Parse("2001:db8::/32"),
        IPNetwork.Parse("2002::/16"),
        IPNetwork.Parse("3fff::/20"),
    ];

    /// <summary>True for such an address.</summary>
    // IPNetwork compares the IPv4 part of a mapped address with the bits of an IPv6 network: such forms are refused before.
    public static bool Is(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork
        ? !SpecialV4.Any(network => network.Contains(address))
        : !address.IsIPv4MappedToIPv6 && GlobalV6.Contains(address) && !SpecialV6.Any(network => network.Contains(address));
}
