using System.Text;
using IdentityPlatform.OAuth.Tests.Server;
using Microsoft.AspNetCore.WebUtilities;

namespace IdentityPlatform.Fuzz.Mutations;

/// <summary>A request as it goes over the wire: nothing of it has to make sense.</summary>
internal sealed record WireRequest(string Method, string Path, string Body, string ContentType, IReadOnlyList<(string Name, string Value)> Headers)
{
    public const string Form = "application/x-www-form-urlencoded";

    /// <summary>A right request: a GET carries its parameters in the query.</summary>
    public static WireRequest Of(Request request)
    {
        var parameters = string.Join('&', request.Form.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"));
        IReadOnlyList<(string, string)> headers = [.. request.Headers.Select(pair => (pair.Key, pair.Value))];
        return request.Method == HttpMethod.Get
            ? new("GET", $"{request.Path}?{parameters}", "", Form, headers)
            : new(request.Method.Method, request.Path, parameters, Form, headers);
    }

    /// <summary>What a decoder that is not ours reads in the body, or in the query where there is no body.</summary>
    public Dictionary<string, Microsoft.Extensions.Primitives.StringValues> Decoded() =>
        QueryHelpers.ParseQuery(Method == "GET" ? Path[(Path.IndexOf('?', StringComparison.Ordinal) + 1)..] : Body);

    /// <summary>The one value of a parameter, or null.</summary>
    public string? One(string name) => Decoded().TryGetValue(name, out var values) && values is [{ } value] ? value : null;

    /// <summary>The one value of a header, or null.</summary>
    public string? Header(string name)
    {
        var values = Headers.Where(header => string.Equals(header.Name, name, StringComparison.OrdinalIgnoreCase)).ToList();
        return values is [var one] ? one.Value : null;
    }

    /// <summary>What the request authenticates with; how the scheme is capitalised says nothing (RFC 9110 §11.1).</summary>
    public string? Authorization() =>
        Header("Authorization") is { } value && value.IndexOf(' ', StringComparison.Ordinal) is > 0 and var end ? value[..end].ToUpperInvariant() + value[end..] : Header("Authorization");

    public HttpRequestMessage ToMessage(string address)
    {
        var exactly = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        var message = new HttpRequestMessage(new HttpMethod(Method), new Uri(address + Path, exactly));
        if (Method != "GET")
        {
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body));
            message.Content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
        }

        foreach (var (name, value) in Headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        return message;
    }
}
