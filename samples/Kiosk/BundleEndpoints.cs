using IdentityPlatform.Verifier.AspNetCore;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Refresh;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace IdentityPlatform.Kiosk;

/// <summary><c>POST /bundle/refresh</c> fetches, <c>PUT /bundle</c> takes a file. Neither needs a sign-in: only the pinned root's newer word is taken.</summary>
internal static class BundleEndpoints
{
    public static void MapBundle(this IEndpointRouteBuilder app)
    {
        app.MapPost("/bundle/refresh", RefreshAsync).FromOwnPages();
        app.MapPut("/bundle", PutAsync).FromOwnPages();
    }

    private static async Task<IResult> RefreshAsync(HeldBundles held, KeptBundle bundle, CancellationToken ct) => await held.RefreshAsync(ct) switch
    {
        RefreshResult.Offered offered => Answer(offered.Offer, bundle),
        RefreshResult.TooLarge => Answer(StatusCodes.Status502BadGateway, "too_large", bundle),
        _ => Answer(StatusCodes.Status502BadGateway, "unreachable", bundle),
    };

    private static async Task<IResult> PutAsync(HttpRequest request, HeldBundles held, KeptBundle bundle, CancellationToken ct)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = OfflineBundle.MaxBytes;
        }

        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, ct);
        return Answer(held.Offer(body.GetBuffer().AsMemory(0, (int)body.Length)), bundle);
    }

    private static IResult Answer(BundleOffer offer, KeptBundle bundle) => offer switch
    {
        BundleOffer.Stored => Answer(StatusCodes.Status200OK, "stored", bundle),
        BundleOffer.Older => Answer(StatusCodes.Status409Conflict, "older", bundle),
        BundleOffer.OlderStatusList => Answer(StatusCodes.Status409Conflict, "older_status_list", bundle),
        BundleOffer.UnusableStatusList => Answer(StatusCodes.Status400BadRequest, "unusable_status_list", bundle),
        _ => Answer(StatusCodes.Status400BadRequest, "refused", bundle),
    };

    private static IResult Answer(int status, string outcome, KeptBundle bundle) => Kiosks.Json(status, writer =>
    {
        writer.WriteString("outcome", outcome);
        if (bundle.Trust.Bundle?.Content is { } content)
        {
            writer.WriteNumber("version", content.Version);
            writer.WriteString("issued_at", content.IssuedAt);
        }
    });
}
