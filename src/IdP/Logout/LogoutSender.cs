using IdentityPlatform.Hosting.Web;

namespace IdentityPlatform.IdP.Logout;

/// <summary>What a service made of a logout token.</summary>
public enum LogoutReceipt
{
    /// <summary>It ended its session (Back-Channel Logout §2.8: 200, and 204 as some frameworks answer).</summary>
    Accepted,

    /// <summary>It will not take this token, however often it comes (400).</summary>
    Refused,

    /// <summary>It did not answer, or not now.</summary>
    Failed,
}

/// <summary>Posts logout tokens to services (Back-Channel Logout §2.5): only where a stranger's address may lead.</summary>
public sealed class LogoutSender(OutboundHttp http)
{
    /// <summary>Posts one token.</summary>
    public async Task<LogoutReceipt> SendAsync(string address, string token, CancellationToken ct) =>
        await http.PostFormAsync(address, [KeyValuePair.Create("logout_token", token)], ct) is OutboundAnswer.Received received
            ? received.Status switch
            {
                200 or 204 => LogoutReceipt.Accepted,
                400 => LogoutReceipt.Refused,
                _ => LogoutReceipt.Failed,
            }
            : LogoutReceipt.Failed;
}
