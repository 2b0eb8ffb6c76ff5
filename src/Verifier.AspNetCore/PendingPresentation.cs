using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.Verifier.AspNetCore;

/// <summary>A request that waits for its answer, or for its result to be fetched. Holds secrets and, for a short while, claims.</summary>
internal sealed class PendingPresentation(
    string id, string handle, PresentationRequest request, byte[] session, ReturnWay? returning, Action<PresentationOutcome>? completed)
{
    // One answer at a time: it counts once, and the key that it is encrypted to is gone as soon as it has counted.
    private readonly Lock _gate = new();
    private volatile bool _answered;
    private volatile PresentationOutcome? _outcome;

    public string Id => id;

    public string Handle => handle;

    public PresentationRequest Request => request;

    public bool IsAnswered => _answered;

    public PresentationOutcome? Outcome => _outcome;

    /// <summary>Takes an answer. What has not the form of one leaves the request open.</summary>
    public Answered Answer(Func<PresentationRequest, PresentationResponse> read, Func<VpToken, PresentationOutcome> verify)
    {
        lock (_gate)
        {
            if (_answered)
            {
                return new Answered.Closed();
            }

            return read(request).Match<Answered>(
                presented => Finish(verify(presented.Token)),
                declined => Finish(new PresentationOutcome.Declined(declined.Error)),
                malformed => new Answered.Malformed(malformed.Failure));
        }
    }

    /// <summary>Takes no answer any more.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            _answered = true;
            request.Dispose();
        }
    }

    /// <summary>True for the session that started the request and, on the same device, with the code that the wallet brought back (OpenID4VP §13.3).</summary>
    public bool BelongsTo(string givenSession, string? givenCode) =>
        CryptographicOperations.FixedTimeEquals(session, Hash(givenSession))
        && (returning is null || Outcome is null || CryptographicOperations.FixedTimeEquals(Hash(returning.Code), Hash(givenCode ?? "")));

    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    // Hands the outcome to the program that asked to be told, or keeps it until it is fetched.
    private Answered.Taken Finish(PresentationOutcome outcome)
    {
        completed?.Invoke(outcome);
        _outcome = completed is null ? outcome : new PresentationOutcome.NotYours();
        _answered = true;
        request.Dispose();
        return new Answered.Taken(returning?.Url);
    }
}

/// <summary>How a wallet on the same device sends the browser back.</summary>
/// <param name="url">The address, code included.</param>
/// <param name="code">The response code.</param>
internal sealed class ReturnWay(string url, string code)
{
    public string Url => url;

    public string Code => code;
}
