using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Hosting.Storage;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.Hosting.Web;

/// <summary>
/// Tells browsers apart for the counting of attempts, and only for that: by a sealed cookie of one hour that nobody can make for
/// themselves. How many a network address gets in a while is limited; so a stranger can neither use up the attempts of a browser
/// nor pretend to be a thousand. An address stands nowhere but, as a keyed hash, in a counter that lives for minutes (SG18).
/// </summary>
public sealed class Visitors(Seal seal, Cookies cookies, OneTimeStore store, TimeProvider time)
{
    private const string Cookie = "visitor";
    private const int IdBytes = 16;
    private const int Length = IdBytes + sizeof(long) + 1;

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    // A school or a mobile network behind one address has many first visits; from the second on they no longer count.
    private static readonly RateLimit Newcomers = new("newcomers", 100, TimeSpan.FromMinutes(10));

    /// <summary>The browser, if it was here before.</summary>
    public Visitor? Find(HttpContext http)
    {
        if (cookies.Find(http, Cookie) is not { Length: < 256 } text || !Base64UrlText.TryDecode(text, out var box) || seal.Unprotect(box, Cookie) is not { Length: Length } plain)
        {
            return null;
        }

        var since = DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64BigEndian(plain.AsSpan(IdBytes)));
        return time.GetUtcNow() < since + Lifetime ? new(Base64UrlText.Encode(plain.AsSpan(0, IdBytes)), plain[^1] == 1) : null;
    }

    /// <summary>Counts one more that this browser does: null while it is within the limit, else when to try again.</summary>
    public async Task<DateTimeOffset?> CountAsync(HttpContext http, RateLimit limit, CancellationToken ct)
    {
        var (visitor, tryAgain) = await OfAsync(http, ct);
        return visitor is null ? tryAgain : await limit.CountAsync(store, visitor.Id, time.GetUtcNow(), ct);
    }

    /// <summary>The browser, made known where it is not; or when a new one from its address can be.</summary>
    public async Task<(Visitor? Visitor, DateTimeOffset TryAgain)> OfAsync(HttpContext http, CancellationToken ct)
    {
        if (Find(http) is { } known)
        {
            return (known, default);
        }

        var now = time.GetUtcNow();
        var network = NetworkOf(http.Connection.RemoteIpAddress);
        if (network is not null && await Newcomers.CountAsync(store, seal.LookupKey($"network:{network}"), now, ct) is { } tryAgain)
        {
            return (null, tryAgain);
        }

        var plain = new byte[Length];
        RandomNumberGenerator.Fill(plain.AsSpan(0, IdBytes));
        BinaryPrimitives.WriteInt64BigEndian(plain.AsSpan(IdBytes), now.ToUnixTimeSeconds());
        plain[^1] = (byte)(network is null ? 0 : 1);
        cookies.Set(http, Cookie, Base64UrlText.Encode(seal.Protect(plain, Cookie)), Lifetime);
        return (new(Base64UrlText.Encode(plain.AsSpan(0, IdBytes)), network is not null), default);
    }

    // Of IPv6 a customer has a /64 at least. An address of our own network is the one of a proxy, which stands for everybody.
    private static string? NetworkOf(IPAddress? address)
    {
        if (address is { IsIPv4MappedToIPv6: true })
        {
            address = address.MapToIPv4();
        }

        return address is null || !PublicAddress.Is(address) ? null
            : address.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8))
            : address.ToString();
    }
}

/// <summary>A browser, for counting.</summary>
/// <param name="Id">Says nothing about the person.</param>
/// <param name="IsLimited">True where its address was counted: there are only so many like it.</param>
public sealed record Visitor(string Id, bool IsLimited);
