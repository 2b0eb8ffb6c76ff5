using IdentityPlatform.Hosting.Pages;
using Microsoft.AspNetCore.Http.Features;

namespace IdentityPlatform.IdP.Endpoints;

/// <summary>The fields of a page's form. A field that is missing or doubled reads as null: nothing is ever taken as a list.</summary>
public sealed class PageForm
{
    private static readonly FormOptions Limits = new() { ValueCountLimit = 20, KeyLengthLimit = 64, ValueLengthLimit = 16 * 1024 };

    private readonly IFormCollection _fields;

    private PageForm(IFormCollection fields) => _fields = fields;

    /// <summary>The one value of a field, or null.</summary>
    public string? this[string name] => _fields[name] is [{ Length: > 0 } value] ? value : null;

    /// <summary>Reads the form and answers with it; a body that is no form gets a page that says so.</summary>
    public static async Task<IResult> HandleAsync(HttpContext http, Func<PageForm, Task<IResult>> handle, CancellationToken ct)
    {
        if (!http.Request.HasFormContentType)
        {
            return ErrorPages.Refuse(http, StatusCodes.Status415UnsupportedMediaType, "bad_request");
        }

        try
        {
            return await handle(new(await http.Request.ReadFormAsync(Limits, ct)));
        }
        catch (InvalidDataException)
        {
            return ErrorPages.Refuse(http, StatusCodes.Status400BadRequest, "bad_request");
        }
    }

    /// <summary>Redacted.</summary>
    public override string ToString() => nameof(PageForm);
}
