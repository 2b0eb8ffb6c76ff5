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

/// <summary>Posts logout tokens to services (Back-Channel Logout §2.5).</summary>
public sealed class LogoutSender(HttpClient http)
{
    /// <summary>One attempt.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Posts one token.</summary>
    public async Task<LogoutReceipt> SendAsync(string address, string token, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Timeout);
        try
        {
            using var content = new FormUrlEncodedContent([KeyValuePair.Create("logout_token", token)]);
            using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return (int)response.StatusCode switch
            {
                200 or 204 => LogoutReceipt.Accepted,
                400 => LogoutReceipt.Refused,
                _ => LogoutReceipt.Failed,
            };
        }
        catch (HttpRequestException)
        {
            return LogoutReceipt.Failed;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return LogoutReceipt.Failed;
        }
    }
}
