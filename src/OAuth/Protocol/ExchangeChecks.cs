using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.OAuth.Tokens;

namespace IdentityPlatform.OAuth.Protocol;

/// <summary>Which two tokens may become one (RFC 8693 §2.1). Order is this table. Whether the one person may act for the other, the host says.</summary>
internal static class ExchangeChecks
{
    /// <summary>Somebody who acts for somebody who acts for the subject: more than that nobody can answer for.</summary>
    private const int DeepestChain = 2;

    private delegate Refusal? Check(AccessToken subject, AccessToken actor, ExchangeTarget target);

    private static readonly Check[] Table = [People, Client, Key, Persons, Chain, Audience];

    /// <summary>The first rule that refuses, or null.</summary>
    public static Refusal? Run(AccessToken subject, AccessToken actor, ExchangeTarget target)
    {
        foreach (var check in Table)
        {
            if (check(subject, actor, target) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    /// <summary>How many act in a token, one for another (RFC 8693 §4.1).</summary>
    public static int DepthOf(JsonElement claims) => claims.ObjectMember("act") is { } act ? 1 + DepthOf(act) : 0;

    private static Refusal? People(AccessToken subject, AccessToken actor, ExchangeTarget target) => subject.IsClients || actor.IsClients
        ? Refuse(Rule.ExchangePerson, "a client's own token stands for no person")
        : null;

    // Otherwise whoever got hold of two tokens could turn them into a third.
    private static Refusal? Client(AccessToken subject, AccessToken actor, ExchangeTarget target) => subject.ClientId == target.ClientId && actor.ClientId == target.ClientId
        ? null
        : Refuse(Rule.ExchangeClient, "both tokens have to be the client's own");

    // What was bound stays bound, to the same key.
    private static Refusal? Key(AccessToken subject, AccessToken actor, ExchangeTarget target) => IsHeld(subject, target) && IsHeld(actor, target)
        ? null
        : Refuse(Rule.ExchangeKey, "a token is bound to another key or certificate than the one of this request");

    private static Refusal? Persons(AccessToken subject, AccessToken actor, ExchangeTarget target) => subject.Owner == actor.Owner
        ? Refuse(Rule.ExchangePerson, "nobody acts for themselves")
        : null;

    private static Refusal? Chain(AccessToken subject, AccessToken actor, ExchangeTarget target)
    {
        if (DepthOf(actor.Claims) > 0)
        {
            return Refuse(Rule.ExchangeChain, "the actor's token is one of acting for somebody");
        }

        return DepthOf(subject.Claims) >= DeepestChain ? Refuse(Rule.ExchangeChain, "the chain of actors is too long") : null;
    }

    private static Refusal? Audience(AccessToken subject, AccessToken actor, ExchangeTarget target) => IsFor(subject, target) && IsFor(actor, target)
        ? null
        : new(Rule.ExchangeTarget, OAuthErrors.InvalidTarget, "both tokens have to be for the resource already");

    private static bool IsHeld(AccessToken token, ExchangeTarget target) => token.Binding is TokenBinding.None || token.Binding.IsSameAs(target.Binding);

    private static bool IsFor(AccessToken token, ExchangeTarget target) => token.Claims.StringsMember("aud")!.Contains(target.Audience);

    // RFC 8693 §2.2.2
    private static Refusal Refuse(Rule rule, string description) => new(rule, OAuthErrors.InvalidRequest, description);
}

/// <summary>What the new token would be.</summary>
/// <param name="ClientId">Whose.</param>
/// <param name="Binding">What the request showed.</param>
/// <param name="Audience">For which resource.</param>
internal sealed record ExchangeTarget(string ClientId, TokenBinding Binding, string Audience);
