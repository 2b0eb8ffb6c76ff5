using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Web;

namespace IdentityPlatform.Issuer.Endpoints;

/// <summary>
/// What a page's form or a program's JSON sends: the same members either way. In a form a dot in a field's name
/// stands for an object, and every value is a text.
/// </summary>
internal sealed class DeskSubmission
{
    private const string FormType = "application/x-www-form-urlencoded";

    private DeskSubmission(JsonElement json, bool isForm) => (Json, IsForm) = (json, isForm);

    public JsonElement Json { get; }

    /// <summary>True when a person pressed a button on a page: the answer is then a page or a redirect.</summary>
    public bool IsForm { get; }

    /// <summary>Reads the body, or gives the answer that refuses it.</summary>
    public static async Task<(DeskSubmission? Sent, IResult? Refusal)> ReadAsync(HttpContext http)
    {
        if (http.Request.ContentType?.StartsWith(FormType, StringComparison.OrdinalIgnoreCase) == true)
        {
            return await ReadFormAsync(http);
        }

        var body = await JsonBody.ReadAsync(http);
        return body.Refused(out var refusal, out var json) ? (null, refusal) : (new DeskSubmission(json, false), null);
    }

    public string? Text(string name) => Json.StringMember(name);

    /// <summary>A checkbox, or a boolean.</summary>
    public bool Flag(string name) => Json.BooleanMember(name) ?? Json.StringMember(name) is "on" or "true";

    [SuppressMessage("Reliability", "CA2025:Ensure tasks using 'IDisposable' instances complete before the instances are disposed", Justification = "Nothing is disposed here.")]
    private static async Task<(DeskSubmission?, IResult?)> ReadFormAsync(HttpContext http)
    {
        IFormCollection form;
        try
        {
            form = await http.Request.ReadFormAsync(http.RequestAborted);
        }
        catch (InvalidDataException)
        {
            return (null, JsonError.Result(StatusCodes.Status400BadRequest, "invalid_request", "The form cannot be read."));
        }

        return form.All(field => field.Value.Count == 1 && field.Key.Split('.').Length <= 2)
            ? (new DeskSubmission(AsJson(form), true), null)
            : (null, JsonError.Result(StatusCodes.Status400BadRequest, "invalid_request", "A field occurs twice, or lies too deep."));
    }

    private static JsonElement AsJson(IFormCollection form) => JsonElement.Parse(JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        foreach (var field in form.Where(field => !field.Key.Contains('.', StringComparison.Ordinal)))
        {
            writer.WriteString(field.Key, field.Value[0]);
        }

        foreach (var group in form.Where(field => field.Key.Contains('.', StringComparison.Ordinal)).GroupBy(field => field.Key.Split('.')[0], StringComparer.Ordinal))
        {
            writer.WriteStartObject(group.Key);
            foreach (var field in group)
            {
                writer.WriteString(field.Key.Split('.')[1], field.Value[0]);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }));
}
