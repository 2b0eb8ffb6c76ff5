using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.Hosting.Web;

/// <summary>The number under which logs and traces know a request; error pages show it, so that a person can quote it.</summary>
public static class Correlation
{
    /// <summary>The W3C trace id where tracing runs, else the server's own identifier.</summary>
    public static string IdOf(HttpContext http) => Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier;
}
