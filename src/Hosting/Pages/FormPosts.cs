using IdentityPlatform.Hosting.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace IdentityPlatform.Hosting.Pages;

/// <summary>Answers that go to another site in a form.</summary>
public static class FormPosts
{
    /// <summary>The page with the form; its content security policy lets forms go to that address's origin.</summary>
    /// <param name="http">The request.</param>
    /// <param name="address">An absolute address that was verified to belong to the service.</param>
    /// <param name="fields">What to send.</param>
    public static IResult Page(HttpContext http, string address, IReadOnlyList<KeyValuePair<string, string>> fields)
    {
        SecurityHeaders.AllowFormsToEndAt(http, address);
        return new RazorComponentResult<FormPostPage>(new Dictionary<string, object?>
        {
            [nameof(FormPostPage.Address)] = address,
            [nameof(FormPostPage.Fields)] = fields,
        });
    }
}
