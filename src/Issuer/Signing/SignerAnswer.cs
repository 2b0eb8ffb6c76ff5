using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Issuer.Officers;

namespace IdentityPlatform.Issuer.Signing;

/// <summary>What the signer answers, as strict JSON with one member that names its kind. Closed.</summary>
public abstract class SignerAnswer
{
    /// <summary>The bound on an answer: a batch of copies with portraits.</summary>
    public const int MaxBytes = 8 * 1024 * 1024;

    private SignerAnswer()
    {
    }

    /// <summary>Reads an answer.</summary>
    /// <param name="bytes">The answer, which is read where it stands; the caller may change it afterwards.</param>
    public static Parsed<SignerAnswer> Parse(ReadOnlyMemory<byte> bytes)
    {
        using var pool = new PooledJson();
        if (StrictJson.ParseObject(bytes, pool, MaxBytes).Failed(out var failure, out var json))
        {
            return failure;
        }

        return Read(json.Element) ?? (Parsed<SignerAnswer>)new FormatFailure(FormatRule.Member, "the signer's answer is of no kind");
    }

    /// <summary>The bytes of the answer.</summary>
    public byte[] ToBytes() => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        WriteTo(writer);
        writer.WriteEndObject();
    });

    internal abstract void WriteTo(Utf8JsonWriter writer);

    private static SignerAnswer? Read(JsonElement json) =>
        json.StringsMember("minted") is { } minted ? new Minted(minted)
        : json.StringMember("refused") is { } rule ? new Refused(rule)
        : json.StringMember("entry") is { } entry ? new Enrolled(entry)
        : json.StringMember("hash") is { } hash ? new Hashed(hash)
        : json.StringMember("not_now") is { } why ? new NotNow(why)
        : json.ObjectMember("invitation") is { } invitation && Invitation.Find(invitation.Clone()) is { } found ? new Invited(found)
        : json.ObjectMember("agreements") is { } agreements ? SignerAgreements.Find(agreements.Clone())
        : json.ObjectMember("keys") is { } keys ? SignerKeys.Find(keys.Clone()) : null;

    /// <summary>The copies, one for each key, in the order of the keys.</summary>
    public sealed class Minted(IReadOnlyList<string> credentials) : SignerAnswer
    {
        public IReadOnlyList<string> Credentials { get; } = credentials;

        /// <summary>Redacted.</summary>
        public override string ToString() => $"{Credentials.Count} copies";

        internal override void WriteTo(Utf8JsonWriter writer) => writer.WriteStrings("minted", Credentials);
    }

    /// <summary>The request breaks a rule, which is named: so it will tomorrow.</summary>
    public sealed class Refused(string rule) : SignerAnswer
    {
        public string Rule { get; } = rule;

        internal override void WriteTo(Utf8JsonWriter writer) => writer.WriteString("refused", Rule);
    }

    /// <summary>No key signs now; what was asked for may be asked for again.</summary>
    public sealed class NotNow(string why) : SignerAnswer
    {
        public string Why { get; } = why;

        internal override void WriteTo(Utf8JsonWriter writer) => writer.WriteString("not_now", Why);
    }

    /// <summary>The roster entry of a new officer.</summary>
    public sealed class Enrolled(string entry) : SignerAnswer
    {
        public string Entry { get; } = entry;

        internal override void WriteTo(Utf8JsonWriter writer) => writer.WriteString("entry", Entry);
    }

    /// <summary>Whom an invitation invites.</summary>
    public sealed class Invited(Invitation invitation) : SignerAnswer
    {
        public Invitation Invitation { get; } = invitation;

        internal override void WriteTo(Utf8JsonWriter writer)
        {
            writer.WritePropertyName("invitation");
            Invitation.WriteTo(writer);
        }
    }

    /// <summary>The keyed hash of a document number.</summary>
    public sealed class Hashed(string hash) : SignerAnswer
    {
        public string Hash { get; } = hash;

        internal override void WriteTo(Utf8JsonWriter writer) => writer.WriteString("hash", Hash);
    }

    /// <summary>Which agreements are known.</summary>
    public sealed class Agreements(SignerAgreements told) : SignerAnswer
    {
        public SignerAgreements Told { get; } = told;

        internal override void WriteTo(Utf8JsonWriter writer)
        {
            writer.WritePropertyName("agreements");
            Told.WriteTo(writer);
        }
    }

    /// <summary>Which keys are there.</summary>
    public sealed class Keys(SignerKeys keys) : SignerAnswer
    {
        public SignerKeys Told { get; } = keys;

        internal override void WriteTo(Utf8JsonWriter writer)
        {
            writer.WritePropertyName("keys");
            Told.WriteTo(writer);
        }
    }
}
