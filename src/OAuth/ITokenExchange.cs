using System.Text.Json;
using IdentityPlatform.OAuth.Clients;

namespace IdentityPlatform.OAuth;

/// <summary>Seam 3: whether one person may act for another (RFC 8693). Only where the grant type is switched on; a singleton.</summary>
public interface ITokenExchange
{
    Task<ExchangeDecision> DecideAsync(ExchangeRequest request, CancellationToken ct);
}

/// <summary>Who wants to act for whom. Both hold a live token of this server, issued to this client. Personal: redacted.</summary>
public sealed class ExchangeRequest
{
    /// <summary>Who acts: the account, as seam 1 named it.</summary>
    public required string Actor { get; init; }

    /// <summary>For whom.</summary>
    public required string Subject { get; init; }

    public required Client Client { get; init; }

    /// <summary>What the token would be for: no more than the subject's own token is.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>The resource that the token would be for; null: this server's own.</summary>
    public Client? Resource { get; init; }

    public override string ToString() => $"exchange at {Client.Id}";
}

/// <summary>What the host says. Closed.</summary>
public abstract class ExchangeDecision
{
    private ExchangeDecision()
    {
    }

    /// <param name="scopes">What of the scopes may be used; others are left out.</param>
    /// <param name="until">When the power ends: no token lives longer.</param>
    /// <param name="claims">Writes further claims, such as the powers.</param>
    public sealed class Allowed(IReadOnlyList<string> scopes, DateTimeOffset until, Action<Utf8JsonWriter>? claims = null) : ExchangeDecision
    {
        public IReadOnlyList<string> Scopes { get; } = scopes;

        public DateTimeOffset Until { get; } = until;

        public Action<Utf8JsonWriter>? Claims { get; } = claims;
    }

    /// <param name="reason">For the client's developer, in English; names nobody.</param>
    public sealed class Refused(string reason) : ExchangeDecision
    {
        public string Reason { get; } = reason;
    }
}
