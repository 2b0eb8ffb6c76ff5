using System.Security.Cryptography;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.Verifier.AspNetCore;

/// <summary>Asks wallets for presentations (OpenID4VP) and keeps each result for the session that asked, for a short while and once.</summary>
public sealed class Presentations
{
    private const string OfWallet = "wallet";
    private const string OfBrowser = "browser";

    private readonly SealedStore _store;
    private readonly TimeProvider _time;
    private readonly RequestsInWaiting _told;
    private readonly string? _clientId;

    internal Presentations(PresentationOptions options, TimeProvider time)
    {
        (Options, _time) = (options.Checked(), time);
        _store = new SealedStore(options.Store ?? new MemoryPresentationStore(options.MaxPending * 2));
        _told = new RequestsInWaiting(options.MaxPending);
        _clientId = options.AccessKey is not { } key ? null
            : options.KnownBy == ClientIdPrefix.X509SanDns ? PresentationRequests.ClientIdOf(key, new Uri(options.PublicUrl).IdnHost)
            : PresentationRequests.ClientIdOf(key);
    }

    internal PresentationOptions Options { get; }

    /// <summary>Starts a request.</summary>
    /// <param name="query">What is asked for.</param>
    /// <param name="way">Where the wallet is.</param>
    /// <param name="session">A secret of the session that asks; only it gets the result.</param>
    /// <param name="completed">
    /// Told of the outcome at once, which is then kept nowhere; null keeps it for <see cref="TakeAsync"/>. Where several nodes share a store, an answer that comes
    /// to another node is kept too.
    /// </param>
    /// <param name="verifierInfo">What the holder is told about the verifier and its reasons, or null.</param>
    /// <param name="transactionData">What the holder confirms by presenting; null for nothing.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>The request, or null when too many are open.</returns>
    public async Task<StartedPresentation?> StartAsync(
        DcqlQuery query, PresentationWay way, string session, Action<PresentationOutcome>? completed = null, VerifierInfo? verifierInfo = null,
        IReadOnlyList<TransactionData>? transactionData = null, CancellationToken ct = default)
    {
        var now = _time.GetUtcNow();
        var (id, handle, code) = (Secret(), Secret(), way == PresentationWay.SameDevice ? Secret() : null);
        using var request = NewRequest(query, way, handle, now + Options.Lifetime, verifierInfo is null ? [] : [verifierInfo], transactionData ?? []);
        var visitor = new PresentationVisitor(handle, PresentationVisitor.Hash(session), code is null ? null : PresentationVisitor.Hash(code));
        using var pending = new PendingPresentation(id, request, visitor, code is null ? null : ReturnUrl(id, code));
        if (!await _store.PutAsync(OfBrowser, id, VisitorRecord.Waiting(visitor), request.ExpiresAt, now, ct))
        {
            return null;
        }

        if (!await _store.PutAsync(OfWallet, handle, pending.ToBytes(), request.ExpiresAt, now, ct))
        {
            await _store.TakeAsync(OfBrowser, id, now, ct);
            return null;
        }

        if (completed is not null)
        {
            _told.Add(id, completed, request.ExpiresAt, now);
        }

        return Started(id, handle, way, request, now);
    }

    /// <summary>What has become of a request. A result is given once, and to the session that started the request alone.</summary>
    /// <param name="id">The id that <see cref="StartAsync"/> gave.</param>
    /// <param name="session">The secret of the session.</param>
    /// <param name="responseCode">On the same device, the code that the wallet brought back.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<PresentationOutcome> TakeAsync(string id, string session, string? responseCode = null, CancellationToken ct = default)
    {
        var now = _time.GetUtcNow();
        if (await _store.FindAsync(OfBrowser, id, now, ct) is not { } kept || VisitorRecord.Read(kept) is not { } record || !record.Visitor.Is(session))
        {
            return new PresentationOutcome.NotYours();
        }

        if (!record.IsAnswered)
        {
            return new PresentationOutcome.Pending();
        }

        return record.Visitor.HasCode(responseCode) && await _store.TakeAsync(OfBrowser, id, now, ct) is { } taken
            ? VisitorRecord.Read(taken).Outcome(Verify)
            : new PresentationOutcome.NotYours();
    }

    /// <summary>
    /// The signed request itself, for a wallet that cannot reach this program: the request is carried to it another way, as its answer is
    /// (<see cref="TakeCarriedAsync"/>). Null when the request is not open, of another session, unsigned, or for the Digital Credentials API.
    /// </summary>
    /// <param name="id">The id that <see cref="StartAsync"/> gave.</param>
    /// <param name="session">The secret of the session.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<string?> CarriedRequestAsync(string id, string session, CancellationToken ct = default) =>
        await VisitorOfAsync(id, session, ct) is { } visitor ? await RequestObjectAsync(visitor.Handle, null, ct) : null;

    /// <summary>Takes an answer that came another way than over HTTP: what the wallet would have posted as <c>response</c>. The first that has the form of one counts.</summary>
    /// <param name="id">The id that <see cref="StartAsync"/> gave.</param>
    /// <param name="session">The secret of the session.</param>
    /// <param name="response">The encrypted answer.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>True when it counted, whatever its verdict; false when the request is not open or this is no answer to it.</returns>
    public async Task<bool> TakeCarriedAsync(string id, string session, string response, CancellationToken ct = default) =>
        await VisitorOfAsync(id, session, ct) is { } visitor
        && await AnswerAsync(visitor.Handle, request => PresentationResponses.Read(request, response), ct) is Answered.Taken;

    /// <summary>The signed request object, or null when the request is not open, or stands in the link itself.</summary>
    internal async Task<string?> RequestObjectAsync(string handle, string? walletNonce, CancellationToken ct)
    {
        if (Options.KnownBy == ClientIdPrefix.RedirectUri || await _store.FindAsync(OfWallet, handle, _time.GetUtcNow(), ct) is not { } kept)
        {
            return null;
        }

        using var pending = PendingPresentation.Read(kept);
        return pending.Request.Origin is null ? PresentationRequests.Create(Options.AccessKey!, pending.Request, _time.GetUtcNow(), walletNonce) : null;
    }

    /// <summary>Takes the wallet's answer. The first that has the form of one counts; what has not leaves the request open.</summary>
    internal Task<Answered> AnswerAsync(string handle, Func<PresentationRequest, PresentationResponse> read, CancellationToken ct) =>
        AnswerAsync(handle, read, isDcApi: false, ct);

    /// <summary>Takes what the Digital Credentials API gave to the page: of the session that started the request alone.</summary>
    internal async Task<Answered> AnswerDcApiAsync(string id, string session, JsonElement data, CancellationToken ct) =>
        await VisitorOfAsync(id, session, ct) is { } visitor
            ? await AnswerAsync(visitor.Handle, request => PresentationResponses.ReadDcApi(request, data), isDcApi: true, ct)
            : new Answered.Closed();

    private async Task<PresentationVisitor?> VisitorOfAsync(string id, string session, CancellationToken ct) =>
        await _store.FindAsync(OfBrowser, id, _time.GetUtcNow(), ct) is { } kept && VisitorRecord.Read(kept).Visitor is { } visitor && visitor.Is(session) ? visitor : null;

    private async Task<Answered> AnswerAsync(string handle, Func<PresentationRequest, PresentationResponse> read, bool isDcApi, CancellationToken ct)
    {
        var now = _time.GetUtcNow();
        if (await _store.FindAsync(OfWallet, handle, now, ct) is not { } kept)
        {
            return new Answered.Closed();
        }

        using var pending = PendingPresentation.Read(kept);
        if (pending.Request.Origin is not null != isDcApi)
        {
            return new Answered.Closed();
        }

        var response = read(pending.Request);
        if (response is PresentationResponse.Malformed malformed)
        {
            return new Answered.Malformed(malformed.Failure);
        }

        // Of several answers the one that takes the request counts, and the key is gone with it. From here on nobody breaks off.
        if (await _store.TakeAsync(OfWallet, handle, now, ct) is null)
        {
            return new Answered.Closed();
        }

        await FinishAsync(pending, response, now);
        return new Answered.Taken(pending.ReturnUrl);
    }

    // Hands the outcome to the program that asked to be told, or keeps the answer until its result is fetched.
    private async Task FinishAsync(PendingPresentation pending, PresentationResponse response, DateTimeOffset now)
    {
        if (_told.Take(pending.Id) is { } completed)
        {
            await _store.TakeAsync(OfBrowser, pending.Id, now, CancellationToken.None);
            completed(response.Match(
                presented => Verify(pending.Request, presented.Token, now), declined => new PresentationOutcome.Declined(declined.Error), malformed => new PresentationOutcome.Malformed(malformed.Failure)));
            return;
        }

        await _store.PutAsync(
            OfBrowser, pending.Id, VisitorRecord.Answered(pending.Visitor, pending.Request, response, now), pending.Request.ExpiresAt, now, CancellationToken.None);
    }

    private PresentationOutcome Verify(PresentationRequest request, VpToken token, DateTimeOffset at) =>
        new PresentationOutcome.Completed(Options.TrustOf is { } trustOf
            ? PresentationVerifier.Verify(request, token, Options.Policy, trustOf, at)
            : PresentationVerifier.Verify(request, token, Options.Policy, Options.Trust(), at));

    private StartedPresentation Started(string id, string handle, PresentationWay way, PresentationRequest request, DateTimeOffset now)
    {
        if (way == PresentationWay.DcApi)
        {
            return new StartedPresentation(id, "", "", request.ExpiresAt) { DcApiOptions = PresentationRequests.CreateForDcApi(Options.AccessKey, request, now, Options.AlsoSignedBy) };
        }

        if (Options.KnownBy == ClientIdPrefix.RedirectUri)
        {
            return new StartedPresentation(id, PresentationRequests.UnsignedLink(Options.WalletScheme, request), "", request.ExpiresAt);
        }

        var requestUri = Url($"request/{handle}");
        return new StartedPresentation(id, PresentationRequests.WalletLink(Options.WalletScheme, request.ClientId, requestUri), requestUri, request.ExpiresAt);
    }

    // Nonce, state and key are fresh for each request.
    private PresentationRequest NewRequest(
        DcqlQuery query, PresentationWay way, string handle, DateTimeOffset expiresAt, IReadOnlyList<VerifierInfo> verifierInfo, IReadOnlyList<TransactionData> transactionData)
    {
        var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        if (way == PresentationWay.DcApi)
        {
            return PresentationRequest.ForDcApi(
                query, _clientId ?? "", new Uri(Options.PublicUrl).GetLeftPart(UriPartial.Authority), Secret(), key, expiresAt, isEncrypted: true, verifierInfo, transactionData);
        }

        var responseUri = Url($"response/{handle}");
        var clientId = Options.KnownBy == ClientIdPrefix.RedirectUri ? PresentationRequests.ClientIdOf(new Uri(responseUri)) : _clientId!;
        return new PresentationRequest(query, clientId, responseUri, Secret(), Secret(), key, expiresAt)
        {
            IsEncrypted = Options.IsEncrypted,
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

    private string ReturnUrl(string id, string code) =>
        Options.ReturnPath is { } path ? $"{Options.PublicUrl}{path}?id={id}&response_code={code}" : $"{Url($"result/{id}")}?response_code={code}";

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
