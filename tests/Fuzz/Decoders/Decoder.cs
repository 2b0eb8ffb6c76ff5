namespace IdentityPlatform.Fuzz.Decoders;

/// <summary>What a decoder made of an input.</summary>
internal enum Outcome
{
    /// <summary>A typed failure.</summary>
    Refused,

    /// <summary>A value; where it can be encoded, to the same bytes.</summary>
    Accepted,

    /// <summary>A value that encodes to other bytes: two readers could disagree about what was received.</summary>
    Changed,
}

/// <summary>One way in for bytes of others.</summary>
/// <param name="types">The classes whose parsers are tried.</param>
/// <param name="name">What is decoded.</param>
/// <param name="seeds">Right inputs.</param>
/// <param name="decode">Decodes, reads what there is to read, and encodes again.</param>
/// <param name="maxAllocated">The bytes that one input may cost, beside a hundred for each of its own.</param>
internal sealed class Decoder(Type[] types, string name, IReadOnlyList<byte[]> seeds, Func<byte[], Outcome> decode, long maxAllocated = Decoder.Usual)
{
    private const long Usual = 512 * 1024;
    private const long BytesForEach = 100;

    public IReadOnlyList<Type> Types { get; } = types;

    public string Name { get; } = name;

    public IReadOnlyList<byte[]> Seeds { get; } = seeds;

    /// <summary>Decodes one input.</summary>
    /// <exception cref="InvalidOperationException">It cost more memory than it may.</exception>
    public Outcome Decode(byte[] input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var outcome = decode(input);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return allocated <= maxAllocated + (BytesForEach * input.Length)
            ? outcome
            : throw new InvalidOperationException($"{allocated} bytes were allocated for {input.Length}");
    }

    public override string ToString() => Name;
}
