namespace IdentityPlatform.PatentCheck;

/// <summary>Headers of all answers, and the rule that other sites' pages may not press these buttons.</summary>
internal static class OwnPages
{
    private const string Policy =
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void UsePageHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";
        return next(context);
    });

    /// <summary>Refuses what a browser sends from another site's page; programs send no Origin.</summary>
    public static async ValueTask<object?> Only(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var settings = context.HttpContext.RequestServices.GetRequiredService<CheckSettings>();
        return context.HttpContext.Request.Headers.Origin is [{ } origin] && origin != settings.PublicUrl
            ? CheckJson.Answer(StatusCodes.Status403Forbidden, writer => writer.WriteString("error", "foreign_origin"))
            : await next(context);
    }
}
