namespace IdentityPlatform.IdP.Endpoints;

/// <summary>After a form: the browser goes on with a GET (RFC 9110 §15.4.4), so that reloading does not send the form again.</summary>
/// <param name="location">A path of this server, or an address that was verified to belong to a service.</param>
public sealed class SeeOther(string location) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = location;
        httpContext.Response.Headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }
}
