using System.Security.Cryptography;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.Verifier.AspNetCore;

/// <summary>Asks wallets for presentations (OpenID4VP) and keeps each result for the session that asked, for a short while and once.</summary>
public sealed class Presentations
{
    private readonly PresentationStore _store;
    private readonly TimeProvider _time;
    private readonly string _clientId;

    internal Presentations(PresentationOptions options, TimeProvider time)
    {
        (Options, _time) = (options, time);
        _store = new PresentationStore(options.MaxPending, time);
        _clientId = options.IsKnownByHost
            ? PresentationRequests.ClientIdOf(options.AccessKey, new Uri(options.PublicUrl).IdnHost)
            : PresentationRequests.ClientIdOf(options.AccessKey);
    }

    internal PresentationOptions Options { get; }

    /// <summary>Starts a request.</summary>
    /// <param name="query">What is asked for.</param>
    /// <param name="way">Where the wallet is.</param>
    /// <param name="session">A secret of the session that asks; only it gets the result.</param>
    /// <param name="completed">Told of the outcome at once, which is then kept nowhere; null keeps it for <see cref="Take"/>.</param>
    /// <param name="verifierInfo">What the holder is told about the verifier and its reasons, or null.</param>
    /// <param name="transactionData">What the holder confirms by presenting.</param>
    /// <returns>The request, or null when too many are open.</returns>
    public StartedPresentation? Start(
        DcqlQuery query, PresentationWay way, string session, Action<PresentationOutcome>? completed = null, VerifierInfo? verifierInfo = null,
        params IReadOnlyList<TransactionData> transactionData)
    {
        var expiresAt = _time.GetUtcNow() + Options.Lifetime;
        var (id, handle) = (Secret(), Secret());
        var request = NewRequest(query, way, handle, expiresAt, verifierInfo is null ? [] : [verifierInfo], transactionData);
        var returning = way == PresentationWay.SameDevice ? Returning(id, Secret()) : null;
        var pending = new PendingPresentation(id, handle, request, PendingPresentation.Hash(session), returning, completed);
        if (!_store.TryAdd(pending))
        {
            request.Dispose();
            return null;
        }

        if (way == PresentationWay.DcApi)
        {
            var options = PresentationRequests.CreateForDcApi(Options.AccessKey, request, _time.GetUtcNow());
            return new StartedPresentation(id, "", "", expiresAt) { DcApiOptions = options };
        }

        var requestUri = Url($"request/{handle}");
        return new StartedPresentation(id, PresentationRequests.WalletLink(Options.WalletScheme, _clientId, requestUri), requestUri, expiresAt);
    }

    /// <summary>What has become of a request. A result is given once, and to the session that started the request alone.</summary>
    /// <param name="id">The id that <see cref="Start"/> gave.</param>
    /// <param name="session">The secret of the session.</param>
    /// <param name="responseCode">On the same device, the code that the wallet brought back.</param>
    public PresentationOutcome Take(string id, string session, string? responseCode = null)
    {
        if (_store.FindById(id) is not { } pending || !pending.BelongsTo(session, responseCode))
        {
            return new PresentationOutcome.NotYours();
        }

        if (pending.Outcome is not { } outcome)
        {
            return new PresentationOutcome.Pending();
        }

        return _store.TryTake(pending) ? outcome : new PresentationOutcome.NotYours();
    }

    /// <summary>The signed request object, or null when the request is not open.</summary>
    internal string? RequestObject(string handle, string? walletNonce) => _store.FindByHandle(handle) is { IsAnswered: false, Request.Origin: null } pending
        ? PresentationRequests.Create(Options.AccessKey, pending.Request, _time.GetUtcNow(), walletNonce)
        : null;

    /// <summary>Takes the wallet's answer. The first that has the form of one counts; what has not leaves the request open.</summary>
    internal Answered Answer(string handle, string? response, string? error, string? state)
    {
        if (_store.FindByHandle(handle) is not { Request.Origin: null } pending)
        {
            return new Answered.Closed();
        }

        return TakeAnswer(pending, request => response is not null ? PresentationResponses.Read(request, response) : PresentationResponses.ReadError(request, error ?? "", state));
    }

    /// <summary>Takes what the Digital Credentials API gave to the page: of the session that started the request alone.</summary>
    internal Answered AnswerDcApi(string id, string session, JsonElement data) =>
        _store.FindById(id) is { Request.Origin: not null } pending && pending.BelongsTo(session, null)
            ? TakeAnswer(pending, request => PresentationResponses.ReadDcApi(request, data))
            : new Answered.Closed();

    private Answered TakeAnswer(PendingPresentation pending, Func<PresentationRequest, PresentationResponse> read) => pending.Answer(
        read,
        token => new PresentationOutcome.Completed(Verify(pending.Request, token)));

    private PresentationResult Verify(PresentationRequest request, VpToken token) => Options.TrustOf is { } trustOf
        ? PresentationVerifier.Verify(request, token, Options.Policy, trustOf, _time.GetUtcNow())
        : PresentationVerifier.Verify(request, token, Options.Policy, Options.Trust(), _time.GetUtcNow());

    // Nonce, state and key are fresh for each request.
    private PresentationRequest NewRequest(
        DcqlQuery query, PresentationWay way, string handle, DateTimeOffset expiresAt, IReadOnlyList<VerifierInfo> verifierInfo, IReadOnlyList<TransactionData> transactionData)
    {
        var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        return way == PresentationWay.DcApi
            ? PresentationRequest.ForDcApi(
                query, _clientId, new Uri(Options.PublicUrl).GetLeftPart(UriPartial.Authority), Secret(), key, expiresAt, isEncrypted: true, verifierInfo, transactionData)
            : new PresentationRequest(query, _clientId, Url($"response/{handle}"), Secret(), Secret(), key, expiresAt)
            {
                VerifierInfo = verifierInfo,
                TransactionData = [.. transactionData],
            };
    }

    private static string Secret()
    {
        Span<byte> random = stackalloc byte[24];
        RandomNumberGenerator.Fill(random);
        return Base64UrlText.Encode(random);
    }

    private ReturnWay Returning(string id, string code) => new(
        Options.ReturnPath is { } path ? $"{Options.PublicUrl}{path}?id={id}&response_code={code}" : $"{Url($"result/{id}")}?response_code={code}", code);

    private string Url(string rest) => $"{Options.PublicUrl}{Options.Path}/{rest}";
}

/// <summary>What the wallet is told about its answer: closed.</summary>
internal abstract record Answered
{
    private Answered()
    {
    }

    public sealed record Taken(string? RedirectUri) : Answered;

    public sealed record Malformed(FormatFailure Failure) : Answered;

    public sealed record Closed : Answered;
}
