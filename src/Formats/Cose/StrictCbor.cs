using System.Text.Unicode;

namespace IdentityPlatform.Formats.Cose;

/// <summary>
/// Strict CBOR (RFC 8949): one item and nothing behind it, definite lengths, no key twice, valid UTF-8, integers of 64 bits, bounded
/// size and depth. Heads need not be the shortest: ISO/IEC 18013-5 does not ask for it, and wallets write others. The whole is seen
/// through once, where it stands; what is read out of it afterwards is read in place, and keeps its bytes.
/// </summary>
public static class StrictCbor
{
    /// <summary>The bound on size, in bytes, where a caller has no reason for another: several portraits fit in.</summary>
    public const int DefaultMaxBytes = 512 * 1024;

    /// <summary>The bound on nesting. What stands encoded inside a byte string is counted anew when it is read.</summary>
    public const int MaxDepth = 16;

    // Above this many members of one map, keys are compared through a set.
    private const int FewMembers = 16;

    private const int Refused = -1;

    /// <summary>Parses one item.</summary>
    /// <param name="encoded">The bytes. They are kept, not copied: the caller changes them no more.</param>
    /// <param name="maxBytes">The bound on their length.</param>
    public static Parsed<CborValue> Parse(ReadOnlyMemory<byte> encoded, int maxBytes = DefaultMaxBytes)
    {
        if (encoded.Length > maxBytes)
        {
            return new FormatFailure(FormatRule.Size, $"CBOR is larger than {maxBytes} bytes");
        }

        var length = Check(encoded.Span, 0);
        return length == Refused ? new FormatFailure(FormatRule.Cbor, "not strict CBOR")
            : length < encoded.Length ? new FormatFailure(FormatRule.Cbor, "bytes stand behind the CBOR item")
            : new CborValue(encoded);
    }

    /// <summary>Parses a map; anything else is a failure of <see cref="FormatRule.Structure"/>.</summary>
    public static Parsed<CborValue> ParseMap(ReadOnlyMemory<byte> encoded, int maxBytes = DefaultMaxBytes)
    {
        if (Parse(encoded, maxBytes).Failed(out var failure, out var value))
        {
            return failure;
        }

        return value.Kind == CborKind.Map ? value : new FormatFailure(FormatRule.Structure, "a CBOR map is expected");
    }

    /// <summary>The length of the item at the start of bytes that were checked before.</summary>
    internal static int LengthOf(ReadOnlySpan<byte> bytes)
    {
        var length = 0;
        for (var items = 1L; items > 0; items--)
        {
            var head = CborHead.Of(bytes[length..]);
            length += head.Length;
            if (head.Major is CborHead.Bytes or CborHead.Text)
            {
                length += (int)head.Argument;
            }
            else if (head.Major is CborHead.Array or CborHead.Map or CborHead.Tag)
            {
                items += ItemsOf(head);
            }
        }

        return length;
    }

    // How many items stand behind the head and belong to it. A count is no larger than the bytes that are left, or it was refused.
    private static long ItemsOf(CborHead head) => head.Major switch
    {
        CborHead.Array => (long)head.Argument,
        CborHead.Map => 2 * (long)head.Argument,
        _ => 1,
    };

    // The length of the item at the start, or that it is refused.
    private static int Check(ReadOnlySpan<byte> bytes, int depth)
    {
        if (!CborHead.TryRead(bytes, out var head))
        {
            return Refused;
        }

        return head.Major switch
        {
            CborHead.Unsigned or CborHead.Negative => head.Argument <= long.MaxValue ? head.Length : Refused,
            CborHead.Bytes or CborHead.Text => CheckString(bytes, head),
            CborHead.Simple => IsKnown(head) ? head.Length : Refused,
            _ => depth < MaxDepth ? CheckNested(bytes, head, depth + 1) : Refused,
        };
    }

    private static int CheckString(ReadOnlySpan<byte> bytes, CborHead head)
    {
        var rest = bytes[head.Length..];
        return head.Argument <= (ulong)rest.Length && (head.Major == CborHead.Bytes || Utf8.IsValid(rest[..(int)head.Argument]))
            ? head.Length + (int)head.Argument
            : Refused;
    }

    // RFC 8949 §3.3: false, true, null, and floating-point numbers; no other simple value has a meaning here.
    private static bool IsKnown(CborHead head) => head.Information is 20 or 21 or 22 or 25 or 26 or 27;

    private static int CheckNested(ReadOnlySpan<byte> bytes, CborHead head, int depth)
    {
        // No item is shorter than a byte, so a count is no larger than what there is.
        if (head.Major != CborHead.Tag && head.Argument > (ulong)bytes.Length)
        {
            return Refused;
        }

        var length = head.Length;
        for (var items = ItemsOf(head); items > 0; items--)
        {
            var one = Check(bytes[length..], depth);
            if (one == Refused)
            {
                return Refused;
            }

            length += one;
        }

        return head.Major == CborHead.Map && HasDoubledKey(bytes[head.Length..length], (int)head.Argument) ? Refused : length;
    }

    // Two keys are the same when their values are: a number in a longer form is still that number.
    private static bool HasDoubledKey(ReadOnlySpan<byte> members, int count)
    {
        if (count > FewMembers)
        {
            return HasDoubledKeyAmongMany(members, count);
        }

        Span<Range> keys = stackalloc Range[FewMembers];
        for (var (i, next) = (0, 0); i < count; i++)
        {
            var end = next + LengthOf(members[next..]);
            keys[i] = next..end;
            for (var j = 0; j < i; j++)
            {
                if (IsSame(members[keys[i]], members[keys[j]]))
                {
                    return true;
                }
            }

            next = end + LengthOf(members[end..]);
        }

        return false;
    }

    private static bool HasDoubledKeyAmongMany(ReadOnlySpan<byte> members, int count)
    {
        var names = new HashSet<(int, ulong, string)>(count);
        for (var (i, next) = (0, 0); i < count; i++)
        {
            var length = LengthOf(members[next..]);
            var key = members.Slice(next, length);
            var head = CborHead.Of(key);
            var name = head.Major switch
            {
                CborHead.Unsigned or CborHead.Negative => (head.Major, head.Argument, ""),
                CborHead.Text => (head.Major, 0UL, Convert.ToHexString(key[head.Length..])),
                _ => (head.Major, 0UL, Convert.ToHexString(key)),
            };
            if (!names.Add(name))
            {
                return true;
            }

            next += length + LengthOf(members[(next + length)..]);
        }

        return false;
    }

    private static bool IsSame(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        // With heads of a single byte, which most keys have, the same value has the same bytes.
        if (CborHead.IsByte(one[0]) && CborHead.IsByte(other[0]))
        {
            return one.SequenceEqual(other);
        }

        var (left, right) = (CborHead.Of(one), CborHead.Of(other));
        return left.Major == right.Major && left.Major switch
        {
            CborHead.Unsigned or CborHead.Negative => left.Argument == right.Argument,
            CborHead.Text => one[left.Length..].SequenceEqual(other[right.Length..]),
            _ => one.SequenceEqual(other),
        };
    }
}
