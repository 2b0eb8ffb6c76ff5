using IdentityPlatform.OAuth.Protocol;
using Microsoft.Extensions.Logging;

namespace IdentityPlatform.OAuth;

/// <summary>Every refusal, with the rule that refused. No parameter, token or person is in it.</summary>
internal sealed partial class RefusalLog(ILogger<RefusalLog> logger)
{
    /// <param name="endpoint">The path of the endpoint.</param>
    /// <param name="client">The registered client, where one was found.</param>
    /// <param name="refusal">The refusal.</param>
    public void Write(string endpoint, string? client, Refusal refusal) => Refused(logger, endpoint, client ?? "-", refusal.Rule, refusal.Error);

    /// <summary>A code or token that came back after it was spent: somebody else may have it.</summary>
    public void WriteReplay(string client, string grantId) => Replayed(logger, client, grantId);

    /// <summary>A refresh token that came back after it was replaced, when the grace was over.</summary>
    public void WriteRefreshReplay(string client, string grantId) => RefreshReplayed(logger, client, grantId);

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "{Endpoint} refused client {Client}: {Rule} ({Error})")]
    private static partial void Refused(ILogger logger, string endpoint, string client, Rule rule, string error);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "An authorization code of client {Client} was used again; grant {Grant} is revoked")]
    private static partial void Replayed(ILogger logger, string client, string grant);

    [LoggerMessage(EventId = 4, Level = LogLevel.Warning, Message = "A refresh token of client {Client} came back after it was replaced; grant {Grant} is revoked")]
    private static partial void RefreshReplayed(ILogger logger, string client, string grant);
}
