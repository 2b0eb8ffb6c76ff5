using System.Text;

namespace IdentityPlatform.Formats.Cose;

/// <summary>The deterministic order of text keys (RFC 8949 §4.2.1): by their encoded bytes, so that a shorter one comes first.</summary>
internal static class CborKeyOrder
{
    public static readonly IComparer<string> OfTexts = Comparer<string>.Create((left, right) =>
    {
        var (one, other) = (Encoding.UTF8.GetBytes(left), Encoding.UTF8.GetBytes(right));
        return one.Length != other.Length ? one.Length.CompareTo(other.Length) : one.AsSpan().SequenceCompareTo(other);
    });
}
