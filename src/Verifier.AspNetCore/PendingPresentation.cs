using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.Verifier.AspNetCore;

/// <summary>A request that waits for its answer, or for its result to be fetched. Holds secrets and, for a short while, claims.</summary>
internal sealed class PendingPresentation(
    string id, string handle, PresentationRequest request, PresentationWay way, byte[] session, string? responseCode, Action<PresentationOutcome>? completed)
{
    private int _answered;
    private PresentationOutcome? _outcome;

    public string Id => id;

    public string Handle => handle;

    public PresentationRequest Request => request;

    public PresentationWay Way => way;

    /// <summary>What the same-device way brings back to the browser; null across devices.</summary>
    public string? ResponseCode => responseCode;

    public bool IsAnswered => Volatile.Read(ref _answered) != 0;

    public PresentationOutcome? Outcome => Volatile.Read(ref _outcome);

    /// <summary>True once: for the answer that counts.</summary>
    public bool TryAnswer() => Interlocked.CompareExchange(ref _answered, 1, 0) == 0;

    /// <summary>Hands the outcome to the program that asked to be told, or keeps it until it is fetched.</summary>
    public void Complete(PresentationOutcome outcome)
    {
        request.Dispose();
        completed?.Invoke(outcome);
        Volatile.Write(ref _outcome, completed is null ? outcome : new PresentationOutcome.NotYours());
    }

    /// <summary>True for the session that started the request and, on the same device, with the code that the wallet brought back (OpenID4VP §13.3).</summary>
    public bool BelongsTo(string givenSession, string? givenCode) =>
        CryptographicOperations.FixedTimeEquals(session, Hash(givenSession))
        && (responseCode is null || Outcome is null
            || CryptographicOperations.FixedTimeEquals(Hash(responseCode), Hash(givenCode ?? "")));

    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
