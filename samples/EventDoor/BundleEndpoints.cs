using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Refresh;
using Microsoft.AspNetCore.Http.Features;

namespace IdentityPlatform.EventDoor;

/// <summary><c>POST /bundle/refresh</c> fetches, <c>PUT /bundle</c> takes a file. Neither needs a sign-in: only the pinned root's newer word is taken.</summary>
internal static class BundleEndpoints
{
    public static void MapBundle(this WebApplication app)
    {
        app.MapPost("/bundle/refresh", RefreshAsync).AddEndpointFilter(OwnPages.Only);
        app.MapPut("/bundle", PutAsync).AddEndpointFilter(OwnPages.Only);
    }

    private static async Task<IResult> RefreshAsync(BundleUpdates updates, BundleStore store, CancellationToken ct) => await updates.FetchAsync(ct) switch
    {
        RefreshResult.Offered offered => Answer(offered.Offer, store),
        RefreshResult.TooLarge => Answer(StatusCodes.Status502BadGateway, "too_large", store),
        _ => Answer(StatusCodes.Status502BadGateway, "unreachable", store),
    };

    private static async Task<IResult> PutAsync(HttpRequest request, BundleUpdates updates, BundleStore store, CancellationToken ct)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = OfflineBundle.MaxBytes;
        }

        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, ct);
        return Answer(updates.Take(body.GetBuffer().AsMemory(0, (int)body.Length)), store);
    }

    private static IResult Answer(BundleOffer offer, BundleStore store) => offer switch
    {
        BundleOffer.Stored => Answer(StatusCodes.Status200OK, "stored", store),
        BundleOffer.Older => Answer(StatusCodes.Status409Conflict, "older", store),
        BundleOffer.OlderStatusList => Answer(StatusCodes.Status409Conflict, "older_status_list", store),
        BundleOffer.UnusableStatusList => Answer(StatusCodes.Status400BadRequest, "unusable_status_list", store),
        _ => Answer(StatusCodes.Status400BadRequest, "refused", store),
    };

    private static IResult Answer(int status, string outcome, BundleStore store) => DoorJson.Answer(status, writer =>
    {
        writer.WriteString("outcome", outcome);
        if (store.Trust.Bundle?.Content is { } content)
        {
            writer.WriteNumber("version", content.Version);
            writer.WriteString("issued_at", content.IssuedAt);
        }
    });
}
