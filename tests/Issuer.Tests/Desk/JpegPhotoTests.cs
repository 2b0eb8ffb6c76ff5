using System.Text;
using IdentityPlatform.Issuer.Desk;

namespace IdentityPlatform.Issuer.Tests.Desk;

public sealed class JpegPhotoTests
{
    [Fact]
    [Trait("Safeguard", "SG18")]
    public void What_the_camera_wrote_beside_the_picture_is_left_out()
    {
        var photo = TestPhoto.Of(480, 640, (0xE1, "Exif GPS 40.18N 44.51E"), (0xFE, "taken on my phone"));
        var kept = JpegPhoto.Strip(photo)!;
        Assert.Equal(TestPhoto.Of(480, 640), kept);
        Assert.DoesNotContain("GPS", Encoding.Latin1.GetString(kept), StringComparison.Ordinal);
        Assert.Equal(kept, JpegPhoto.Strip(kept));
    }

    [Theory]
    [InlineData(200, 1200, true)]
    [InlineData(199, 640, false)]
    [InlineData(480, 1201, false)]
    public void A_portrait_has_bounds(int width, int height, bool kept) => Assert.Equal(kept, JpegPhoto.Strip(TestPhoto.Of(width, height)) is not null);

    public static TheoryData<string> Broken() => ["no start", "no end", "behind the end", "no frame", "two frames", "no scan", "a scan before its frame", "arithmetic coding", "twelve bits", "a length beyond the end", "too long", "empty"];

    [Theory]
    [MemberData(nameof(Broken))]
    public void What_is_no_plain_picture_is_refused(string fault)
    {
        var photo = TestPhoto.Of(480, 640);
        Assert.Null(JpegPhoto.Strip(fault switch
        {
            "no start" => photo[2..],
            "no end" => photo[..^2],
            "behind the end" => [.. photo, 0],
            "no frame" => TestPhoto.From(TestPhoto.Tables, TestPhoto.Scan),
            "two frames" => TestPhoto.From(TestPhoto.Tables, TestPhoto.Frame(480, 640), TestPhoto.Frame(480, 640), TestPhoto.Scan),
            "no scan" => TestPhoto.From(TestPhoto.Tables, TestPhoto.Frame(480, 640)),
            "a scan before its frame" => TestPhoto.From(TestPhoto.Tables, TestPhoto.Scan, TestPhoto.Frame(480, 640)),
            "arithmetic coding" => TestPhoto.From(TestPhoto.Tables, TestPhoto.Frame(480, 640, marker: 0xC9), TestPhoto.Scan),
            "twelve bits" => TestPhoto.From(TestPhoto.Tables, TestPhoto.Frame(480, 640, bits: 12), TestPhoto.Scan),
            "a length beyond the end" => TestPhoto.From([0xFF, 0xDB, 0x7F, 0xFF, 0], TestPhoto.Frame(480, 640), TestPhoto.Scan),
            "too long" => TestPhoto.Of(480, 640, [.. Enumerable.Range(0, 10).Select(_ => (0xE1, new string('x', 5000)))]),
            _ => [],
        }));
        Assert.NotNull(JpegPhoto.Strip(photo));
    }

    [Fact]
    public void Bytes_of_chance_are_refused_and_nothing_throws()
    {
        var state = 7u;
        int Next(int below) => (int)((state = unchecked((state * 1_664_525) + 1_013_904_223)) >> 8) % below;
        var photo = TestPhoto.Of(480, 640);
        for (var round = 0; round < 20_000; round++)
        {
            var changed = photo.ToArray();
            changed[Next(changed.Length)] = (byte)Next(256);
            var kept = JpegPhoto.Strip(changed.AsSpan(0, Next(changed.Length + 1)));
            Assert.True(kept is null || kept.SequenceEqual(JpegPhoto.Strip(kept)!));
        }
    }
}

/// <summary>JPEGs made by hand: the structure of a picture, with a scan of nothing much.</summary>
internal static class TestPhoto
{
    public static byte[] Tables => [0xFF, 0xDB, 0, 4, 1, 2];

    public static byte[] Scan => [0xFF, 0xDA, 0, 3, 9, 1, 2, 0xFF, 0, 3, 0xFF, 0xD0, 4];

    public static byte[] Frame(int width, int height, byte marker = 0xC0, byte bits = 8) =>
        [0xFF, marker, 0, 11, bits, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 1, 1, 0x11, 0];

    public static byte[] Of(int width, int height, params (int Marker, string Text)[] beside) =>
        From([.. beside.Select(one => (byte[])[0xFF, (byte)one.Marker, (byte)((one.Text.Length + 2) >> 8), (byte)(one.Text.Length + 2), .. Encoding.ASCII.GetBytes(one.Text)]), Tables, Frame(width, height), Scan]);

    public static byte[] From(params byte[][] segments) => [0xFF, 0xD8, .. segments.SelectMany(segment => segment), 0xFF, 0xD9];
}
