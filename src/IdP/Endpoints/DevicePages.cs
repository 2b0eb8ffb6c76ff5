using IdentityPlatform.Hosting.Pages;
using IdentityPlatform.Hosting.Web;
using IdentityPlatform.IdP.Pages;
using IdentityPlatform.IdP.Services;
using IdentityPlatform.OAuth;
using Microsoft.AspNetCore.Http.HttpResults;

namespace IdentityPlatform.IdP.Endpoints;

/// <summary>
/// <c>/device</c> (RFC 8628 §3.3): a person enters the code that a device shows, compares it, and goes on to the ordinary sign-in.
/// A link that holds the code saves the typing and nothing else: the person is asked all the same (§5.4).
/// </summary>
public sealed class DevicePages(DeviceRequests devices, RelyingServices services, Visitors visitors)
{
    public const string Path = "/device";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Path, (HttpContext http, DevicePages pages, CancellationToken ct) => pages.PageAsync(http, ct));
        app.MapPost(Path, (HttpContext http, DevicePages pages, CancellationToken ct) => pages.EnterAsync(http, ct)).RequireSameOrigin();
        app.MapPost(Path + "/answer", (HttpContext http, DevicePages pages, CancellationToken ct) => pages.AnswerAsync(http, ct)).RequireSameOrigin();
    }

    private async Task<IResult> PageAsync(HttpContext http, CancellationToken ct)
    {
        if (http.Request.Query["outcome"] is ["approved" or "denied" or "expired"])
        {
            return Done(http.Request.Query["outcome"].ToString());
        }

        return http.Request.Query["user_code"] is [{ Length: > 0 } typed]
            ? await WithDeviceAsync(http, typed, device => ConfirmAsync(device, ct), ct)
            : Entry(null);
    }

    private Task<IResult> EnterAsync(HttpContext http, CancellationToken ct) => PageForm.HandleAsync(
        http, form => WithDeviceAsync(http, form["user_code"], device => ConfirmAsync(device, ct), ct), ct);

    private Task<IResult> AnswerAsync(HttpContext http, CancellationToken ct) => PageForm.HandleAsync(
        http,
        form => WithDeviceAsync(
            http,
            form["user_code"],
            device => form["decision"] switch
            {
                "yes" => BeginAsync(device, ct),
                "no" => DenyAsync(device, ct),
                _ => Task.FromResult(ErrorPages.Refuse(http, StatusCodes.Status400BadRequest, "bad_request")),
            },
            ct),
        ct);

    private async Task<IResult> WithDeviceAsync(HttpContext http, string? typed, Func<DeviceRequest, Task<IResult>> answer, CancellationToken ct)
    {
        var (visitor, tryAgain) = await visitors.OfAsync(http, ct);
        return visitor is null ? ErrorPages.TooMany(http, tryAgain) : await devices.FindAsync(typed, visitor.Id, visitor.IsLimited, ct) switch
        {
            DeviceLookup.Found found => await answer(found.Device),
            DeviceLookup.TooMany tooMany => ErrorPages.TooMany(http, tooMany.TryAgain),
            _ => Entry(typed ?? ""),
        };
    }

    private async Task<IResult> ConfirmAsync(DeviceRequest device, CancellationToken ct) =>
        new RazorComponentResult<DeviceConfirmPage>(new Dictionary<string, object?>
        {
            [nameof(DeviceConfirmPage.Code)] = device.Code.Shown,
            [nameof(DeviceConfirmPage.Service)] = await services.DescribeAsync(device.Client.Id, ct),
        });

    private async Task<IResult> BeginAsync(DeviceRequest device, CancellationToken ct) =>
        await devices.BeginAsync(device, ct) is { } resume ? new SeeOther(resume) : Done("expired");

    private async Task<IResult> DenyAsync(DeviceRequest device, CancellationToken ct)
    {
        await devices.DenyAsync(device, ct);
        return new SeeOther($"{Path}?outcome=denied");
    }

    private static RazorComponentResult<DevicePage> Entry(string? typed) => new(new Dictionary<string, object?> { [nameof(DevicePage.Typed)] = typed })
    {
        StatusCode = typed is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest,
    };

    private static RazorComponentResult<DeviceDonePage> Done(string outcome) => new(new Dictionary<string, object?> { [nameof(DeviceDonePage.Outcome)] = outcome });
}
