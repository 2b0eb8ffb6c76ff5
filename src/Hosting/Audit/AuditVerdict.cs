namespace IdentityPlatform.Hosting.Audit;

/// <summary>The result of <c>audit verify</c>: the log is whole, or broken with each fault named.</summary>
public abstract class AuditVerdict
{
    private AuditVerdict()
    {
    }

    public abstract T Match<T>(Func<Whole, T> whole, Func<Broken, T> broken);

    /// <summary>Prints it, and gives the exit code: 0 for a log that is whole, 1 for one that is broken.</summary>
    public int Report(TextWriter output) => Match(
        whole =>
        {
            output.WriteLine($"The audit log is whole: {whole.Entries} entries in {whole.Chains} chains, {whole.Heads} signed heads.");
            return 0;
        },
        broken =>
        {
            foreach (var fault in broken.Faults)
            {
                output.WriteLine($"{fault.Day} {fault.Node} {(fault.Number is { } number ? $"entry {number}" : "chain")}: {fault.Rule}");
            }

            return 1;
        });

    /// <summary>Every chain and every signed head holds.</summary>
    public sealed class Whole(long entries, int chains, int heads) : AuditVerdict
    {
        public long Entries { get; } = entries;

        public int Chains { get; } = chains;

        public int Heads { get; } = heads;

        public override T Match<T>(Func<Whole, T> whole, Func<Broken, T> broken) => whole(this);
    }

    /// <summary>At least one fault.</summary>
    public sealed class Broken(IReadOnlyList<AuditFault> faults) : AuditVerdict
    {
        public IReadOnlyList<AuditFault> Faults { get; } = faults;

        public override T Match<T>(Func<Whole, T> whole, Func<Broken, T> broken) => broken(this);
    }
}

/// <summary>The rule that a chain broke.</summary>
public enum AuditRule
{
    /// <summary>The number of an entry is not the next one: entries were removed, added or reordered.</summary>
    Sequence,

    /// <summary>An entry does not hash, with the hash before it, to the hash that it states: it was changed or moved.</summary>
    EntryHash,

    /// <summary>The content is not the one that was committed to.</summary>
    Content,

    /// <summary>The content is gone although the person was not erased.</summary>
    ContentRemoved,

    /// <summary>The chain ends elsewhere than it should: entries were removed at its end.</summary>
    Tail,

    /// <summary>A day that is over has no signed head.</summary>
    HeadMissing,

    /// <summary>The signature of a head does not verify.</summary>
    HeadSignature,

    /// <summary>A head states another chain than the one that is stored, or does not follow the head before it.</summary>
    HeadContent,
}

/// <summary>One fault: where, and against which rule.</summary>
public sealed record AuditFault(AuditRule Rule, string Node, string Day, long? Number);
