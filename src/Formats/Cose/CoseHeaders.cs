namespace IdentityPlatform.Formats.Cose;

/// <summary>The two headers of a COSE message (RFC 9052 §3). The protected one keeps the bytes that were signed.</summary>
internal sealed class CoseHeaders
{
    public const long AlgorithmLabel = 1;
    public const long CriticalLabel = 2;

    private CoseHeaders(ReadOnlyMemory<byte> protectedBytes, CborValue? protectedMap, CborValue unprotected) =>
        (ProtectedBytes, ProtectedMap, Unprotected) = (protectedBytes, protectedMap, unprotected);

    public ReadOnlyMemory<byte> ProtectedBytes { get; }

    /// <summary>Null where the header is the empty byte string.</summary>
    public CborValue? ProtectedMap { get; }

    public CborValue Unprotected { get; }

    /// <summary>RFC 9052 §3.1: the algorithm is read where it is authenticated, and nowhere else.</summary>
    public long? Algorithm => Protected(AlgorithmLabel)?.Number;

    public CborValue? Protected(long label) => ProtectedMap?.Member(label);

    public static Parsed<CoseHeaders> Parse(CborValue protectedItem, CborValue unprotected)
    {
        if (protectedItem.Bytes is not { } bytes || unprotected.Kind != CborKind.Map)
        {
            return new FormatFailure(FormatRule.Structure, "a COSE message begins with a byte string and a map: its headers");
        }

        CborValue? map = null;
        if (bytes.Length > 0 && StrictCbor.ParseMap(bytes).Failed(out var failure, out map))
        {
            return failure;
        }

        return Check(new CoseHeaders(bytes, map, unprotected));
    }

    private static Parsed<CoseHeaders> Check(CoseHeaders headers)
    {
        // RFC 9052 §3.1: a critical extension that is not understood makes the message invalid; we understand none.
        if (headers.Protected(CriticalLabel) is not null || headers.Unprotected.Member(CriticalLabel) is not null)
        {
            return new FormatFailure(FormatRule.Structure, "crit names an extension that is not understood");
        }

        // RFC 9052 §1.4: labels are numbers or texts.
        if (HasOtherLabel(headers.ProtectedMap) || HasOtherLabel(headers.Unprotected))
        {
            return new FormatFailure(FormatRule.Structure, "a header label is neither a number nor a text");
        }

        // RFC 9052 §3: none stands in both headers.
        if (headers.ProtectedMap is { } signed)
        {
            var labels = signed.Parts;
            while (labels.TryNext(out var label) && labels.TryNext(out _))
            {
                if (headers.Unprotected.HasKey(label.Span))
                {
                    return new FormatFailure(FormatRule.Structure, "a label stands in both headers");
                }
            }
        }

        return headers;
    }

    private static bool HasOtherLabel(CborValue? header)
    {
        var labels = header?.Parts ?? default;
        while (labels.TryNext(out var label) && labels.TryNext(out _))
        {
            if (CborHead.Of(label.Span).Major is not (CborHead.Unsigned or CborHead.Negative or CborHead.Text))
            {
                return true;
            }
        }

        return false;
    }
}
