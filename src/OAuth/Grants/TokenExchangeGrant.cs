using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Tokens;

namespace IdentityPlatform.OAuth.Grants;

/// <summary>
/// Token exchange (RFC 8693) for delegation alone: a person acts for another, such as a guardian for a child, and the token says
/// so in <c>act</c>. Scopes, resource and lifetime are at most those of both tokens and of the host's decision; no refresh token.
/// </summary>
internal sealed class TokenExchangeGrant(
    AuthorizationServerOptions options,
    AccessTokenReader reader,
    LiveTokens live,
    ProtectedResources resources,
    AccessTokens tokens,
    TimeProvider time,
    ITokenExchange? exchange = null) : GrantHandler
{
    private const string AccessTokenType = "urn:ietf:params:oauth:token-type:access_token";

    public override string GrantType => GrantTypes.TokenExchange;

    public override async Task<Checked<TokenResponse>> AnswerAsync(TokenRequest request, ITokenContent contents, CancellationToken ct)
    {
        if (CheckTypes(request.Form) is { } wrongType)
        {
            return wrongType;
        }

        if ((await ReadAsync(request.Form, "subject_token", ct)).Refused(out var refusal, out var subject)
            || (await ReadAsync(request.Form, "actor_token", ct)).Refused(out refusal, out var actor)
            || resources.Choose(request.Resources, [.. subject.Claims.StringsMember("aud")!]).Refused(out refusal, out var target))
        {
            return refusal;
        }

        if (ExchangeChecks.Run(subject, actor, new(request.Client.Client.Id, request.Binding, target.Identifier)) is { } fault)
        {
            return fault;
        }

        return Narrow(request, subject).Refused(out refusal, out var scopes)
            ? refusal
            : await GiveAsync(request, new(subject, actor), target, scopes, ct);
    }

    private static Refusal? CheckTypes(RequestParameters form)
    {
        // RFC 8693 §1.1: without an actor it would be impersonation, which nobody could tell from the subject.
        if (form["subject_token"] is null || form["actor_token"] is null)
        {
            return new(Rule.MissingParameter, OAuthErrors.InvalidRequest, "subject_token or actor_token is missing");
        }

        if (form["audience"] is not null)
        {
            return new(Rule.ExchangeTarget, OAuthErrors.InvalidTarget, "audience is not used here: name the resource");
        }

        return form["subject_token_type"] == AccessTokenType && form["actor_token_type"] == AccessTokenType
            && (form["requested_token_type"] ?? AccessTokenType) == AccessTokenType
                ? null
                : new(Rule.ExchangeTokenType, OAuthErrors.InvalidRequest, "access tokens are taken and given, nothing else");
    }

    // RFC 8693 §2.2.2: whatever is wrong with a token is an invalid request.
    private async Task<Checked<AccessToken>> ReadAsync(RequestParameters form, string name, CancellationToken ct)
    {
        if (reader.Read(form[name]!).Refused(out var refusal, out var claims) || (await live.AdmitAsync(claims, ct)).Refused(out refusal, out var token))
        {
            return new Refusal(refusal.Rule, OAuthErrors.InvalidRequest, $"{name} is not accepted: {refusal.Description}");
        }

        return token;
    }

    private static Checked<string[]> Narrow(TokenRequest request, AccessToken subject)
    {
        var asked = request.Form["scope"] is { } scope ? TokenRequest.Words(scope) : [.. subject.Scopes];
        return Array.TrueForAll(asked, subject.Scopes.Contains)
            ? asked
            : new Refusal(Rule.Scope, OAuthErrors.InvalidScope, "a scope is not one of the subject's token");
    }

    private async Task<Checked<TokenResponse>> GiveAsync(TokenRequest request, Delegation delegation, TokenTarget target, string[] scopes, CancellationToken ct)
    {
        var asked = new ExchangeRequest
        {
            Actor = delegation.Actor.Owner,
            Subject = delegation.Subject.Owner,
            Client = request.Client.Client,
            Scopes = scopes,
            Resource = target.Resource,
        };
        var decision = exchange is null ? new ExchangeDecision.Refused("nobody acts for another here") : await exchange.DecideAsync(asked, ct);
        if (decision is not ExchangeDecision.Allowed allowed)
        {
            return new Refusal(Rule.ExchangeDecision, OAuthErrors.InvalidRequest, ((ExchangeDecision.Refused)decision).Reason);
        }

        var body = Body(request, delegation, target, [.. scopes.Where(allowed.Scopes.Contains)], allowed);
        return body.ExpiresAt > body.IssuedAt
            ? new TokenResponse { AccessToken = tokens.Create(body), Body = body, IssuedTokenType = AccessTokenType }
            : new Refusal(Rule.ExchangeDecision, OAuthErrors.InvalidRequest, "the power to act has ended");
    }

    private AccessTokenBody Body(TokenRequest request, Delegation delegation, TokenTarget target, string[] scopes, ExchangeDecision.Allowed allowed)
    {
        var now = time.GetUtcNow();
        return new()
        {
            Subject = delegation.Subject.Subject,
            ClientId = request.Client.Client.Id,
            Audience = target.Identifier,
            Scopes = scopes,
            Binding = request.Binding,
            IssuedAt = now,
            ExpiresAt = DateTimeOffset.FromUnixTimeSeconds(delegation.EndOf((now + options.AccessTokenLifetime).ToUnixTimeSeconds(), allowed.Until.ToUnixTimeSeconds())),
            GrantId = delegation.Subject.GrantId,
            Claims = writer =>
            {
                delegation.WriteTo(writer);
                allowed.Claims?.Invoke(writer);
            },
        };
    }

    private sealed record Delegation(AccessToken Subject, AccessToken Actor)
    {
        public override string ToString() => "delegation";

        /// <summary>The first of all ends.</summary>
        public long EndOf(params ReadOnlySpan<long> others)
        {
            var end = Math.Min(Subject.Claims.LongMember("exp")!.Value, Actor.Claims.LongMember("exp")!.Value);
            foreach (var other in others)
            {
                end = Math.Min(end, other);
            }

            return end;
        }

        // RFC 8693 §4.1: who acts now stands outside, who acted before stands inside. The grants of all of them hold the token.
        public void WriteTo(Utf8JsonWriter writer)
        {
            writer.WriteStartArray(AccessTokens.ActorGrantsClaim);
            writer.WriteStringValue(Actor.GrantId);
            foreach (var earlier in Subject.ActorGrantIds)
            {
                writer.WriteStringValue(earlier);
            }

            writer.WriteEndArray();
            writer.WriteStartObject("act");
            writer.WriteString("sub", Actor.Subject);
            if (Subject.Actor is { } before)
            {
                writer.WritePropertyName("act");
                before.WriteTo(writer);
            }

            writer.WriteEndObject();
        }
    }
}
