using System.Text.Json;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tokens;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth.Tests.Server;

/// <summary>Seam 1 of the tests: says at once what the test wants.</summary>
public sealed class TestOwner(TimeProvider time) : IResourceOwner
{
    public const string Subject = "person-1";

    public List<(AuthorizationRequest Request, string Handle)> Asked { get; } = [];

    /// <summary>What to answer; by default the person is there and agrees to all.</summary>
    public Func<AuthorizationRequest, OwnerAnswer>? Answer { get; set; }

    public Task<OwnerAnswer> AskAsync(HttpContext http, AuthorizationRequest request, string requestHandle, CancellationToken ct)
    {
        lock (Asked)
        {
            Asked.Add((request, requestHandle));
        }

        return Task.FromResult(Answer?.Invoke(request) ?? Agree(request));
    }

    public OwnerAnswer Agree(AuthorizationRequest request) => new OwnerAnswer.Authorized(new()
    {
        Subject = Subject,
        AuthTime = time.GetUtcNow(),
        Acr = "passkey",
        Amr = ["hwk", "user"],
        SessionId = "session-1",
        GrantedScopes = request.Scopes,
        Extra = JsonSerializer.SerializeToElement(new { issuer_state = request.IssuerState }),
    });
}

/// <summary>Seam 2 of the tests: an "ID token" that shows what came through.</summary>
public sealed class TestContent : ITokenContent
{
    /// <summary>Null: the account is closed.</summary>
    public bool Closed { get; set; }

    public Task<TokenContent?> ForAsync(TokenGrant grant, CancellationToken ct) => Task.FromResult(Closed
        ? null
        : new TokenContent
        {
            Subject = grant.Resource is { } resource ? $"{resource.Id}-{grant.Subject}" : $"pairwise-{grant.Subject}",
            Acr = grant.Acr,
            IdToken = JsonSerializer.Serialize(new
            {
                nonce = grant.Nonce,
                auth_time = grant.AuthTime?.ToUnixTimeSeconds(),
                acr = grant.Acr,
                amr = grant.Amr,
                sid = grant.SessionId,
                grant_type = grant.GrantType,
                extra = grant.Extra,
            }),
            AccessTokenClaims = writer => writer.WriteString("extra", "claim"),
        });
}

/// <summary>Seam 3 of the tests: allows what is asked, unless the test says otherwise.</summary>
public sealed class TestExchange(TimeProvider time) : ITokenExchange
{
    public List<ExchangeRequest> Asked { get; } = [];

    public Func<ExchangeRequest, ExchangeDecision>? Answer { get; set; }

    public Task<ExchangeDecision> DecideAsync(ExchangeRequest request, CancellationToken ct)
    {
        Asked.Add(request);
        return Task.FromResult(Answer?.Invoke(request) ?? new ExchangeDecision.Allowed(
            request.Scopes, time.GetUtcNow() + TimeSpan.FromDays(1), writer => writer.WriteString("powers", "all")));
    }
}
