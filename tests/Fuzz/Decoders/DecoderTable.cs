namespace IdentityPlatform.Fuzz.Decoders;

/// <summary>All decoders of the wire formats.</summary>
internal static class DecoderTable
{
    public static IReadOnlyList<Decoder> All { get; } = [.. TextDecoders.All, .. JsonDecoders.All, .. CborDecoders.All, .. TrustDecoders.All];
}
