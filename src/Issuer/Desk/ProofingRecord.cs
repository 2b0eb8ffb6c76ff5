using System.Security.Cryptography;
using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>
/// What an operator found at the centre: a result for each step, the kind of document and its state. The document's number
/// is never here (only its keyed hash is kept, beside the case). Stored as ciphertext; decisions commit to it under its salt.
/// </summary>
public sealed class ProofingRecord
{
    private const int SaltBytes = 32;
    private readonly IReadOnlyDictionary<ProofingStep, StepResult> _results;
    private readonly byte[] _salt;

    private ProofingRecord(
        IReadOnlyDictionary<ProofingStep, StepResult> results, DocumentKind document, string issuingState, string officerId, DateTimeOffset at, byte[] salt)
    {
        (_results, _salt) = (results, salt);
        (Document, IssuingState, OfficerId, At) = (document, issuingState, officerId, at);
    }

    public DocumentKind Document { get; }

    /// <summary>ISO 3166-1 alpha-2 of the state that issued the document.</summary>
    public string IssuingState { get; }

    public string OfficerId { get; }

    public DateTimeOffset At { get; }

    public StepResult this[ProofingStep step] => _results.GetValueOrDefault(step);

    public static ProofingRecord Of(
        IReadOnlyDictionary<ProofingStep, StepResult> results, DocumentKind document, string issuingState, string officerId, DateTimeOffset at, FillRandom random)
    {
        var salt = new byte[SaltBytes];
        random(salt);
        return new(results, document, issuingState, officerId, DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds()), salt);
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    public static Parsed<ProofingRecord> Parse(ReadOnlySpan<byte> bytes)
    {
        if (StrictJson.ParseObject(bytes).Failed(out var failure, out var json))
        {
            return failure;
        }

        var element = json.Element;
        return element.ObjectMember("steps") is { } steps && ReadSteps(steps) is { } results
            && ProofingWords.FindDocument(element.StringMember("document")) is var document && document != DocumentKind.None
            && element.StringMember("issuing_state") is { } state && element.StringMember("officer") is { } officer
            && element.LongMember("at") is { } at && Base64UrlText.TryDecode(element.StringMember("salt"), out var salt)
            ? new ProofingRecord(results, document, state, officer, DateTimeOffset.FromUnixTimeSeconds(at), salt)
            : new FormatFailure(FormatRule.Member, "a proofing record has steps, document, issuing_state, officer, at and salt");
    }

    /// <summary>Reads the results of steps by their words; null when a name or a result is none of ours.</summary>
    public static IReadOnlyDictionary<ProofingStep, StepResult>? ReadSteps(JsonElement steps)
    {
        var results = new Dictionary<ProofingStep, StepResult>();
        foreach (var member in steps.EnumerateObject())
        {
            var step = ProofingWords.FindStep(member.Name);
            var result = ProofingWords.FindResult(member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString() : null);
            if (step == ProofingStep.None || result == StepResult.None)
            {
                return null;
            }

            results[step] = result;
        }

        return results;
    }

    /// <summary>
    /// Passed when every step has a result that it may have and each required one is a PASS; Incomplete while one is missing;
    /// Failed when all are there and one is a FAIL.
    /// </summary>
    public ProofingOutcome OutcomeFor(ProofingSubject subject)
    {
        var failed = false;
        foreach (var step in ProofingSteps.All)
        {
            var result = this[step];
            if (result == StepResult.None || (result == StepResult.NotApplicable && ProofingSteps.IsRequired(step, subject)))
            {
                return ProofingOutcome.Incomplete;
            }

            failed |= result == StepResult.Fail;
        }

        return failed ? ProofingOutcome.Failed : ProofingOutcome.Passed;
    }

    /// <summary>The record as canonical bytes, to be encrypted and stored.</summary>
    public byte[] ToBytes() => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("at", At.ToUnixTimeSeconds());
        writer.WriteString("document", ProofingWords.Word(Document));
        writer.WriteString("issuing_state", IssuingState);
        writer.WriteString("officer", OfficerId);
        writer.WriteString("salt", Base64UrlText.Encode(_salt));
        writer.WriteStartObject("steps");
        foreach (var (step, result) in _results.OrderBy(pair => pair.Key))
        {
            writer.WriteString(ProofingWords.Word(step), ProofingWords.Word(result));
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    });

    /// <summary>The commitment that decisions hold: SHA-256 of the bytes, which carry the salt.</summary>
    public byte[] Commitment() => SHA256.HashData(ToBytes());

    /// <summary>Redacted.</summary>
    public override string ToString() => "proofing record";
}

/// <summary>What came of the proofing as a whole.</summary>
public enum ProofingOutcome
{
    None,
    Incomplete,
    Failed,
    Passed,
}
