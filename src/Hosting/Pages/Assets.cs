using System.Reflection;
using System.Security.Cryptography;
using IdentityPlatform.Formats;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.Hosting.Pages;

/// <summary>Stylesheets, scripts and pictures, embedded in the assemblies and served under a name that holds their hash, so that browsers keep them.</summary>
public sealed class Assets
{
    private const string Folder = ".Pages.Assets.";
    private readonly Dictionary<string, Asset> _byPath = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _pathByName = new(StringComparer.Ordinal);

    public Assets(PagesOptions options)
    {
        foreach (var assembly in options.AssetAssemblies.Prepend(typeof(Assets).Assembly).Distinct())
        {
            foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.Contains(Folder, StringComparison.Ordinal)))
            {
                Add(assembly, resource);
            }
        }
    }

    /// <summary>The address of a file, to be written into a page.</summary>
    /// <exception cref="InvalidOperationException">No assembly embeds the file.</exception>
    public string PathOf(string name) =>
        _pathByName.TryGetValue(name, out var path) ? path : throw new InvalidOperationException($"No asset is named {name}.");

    internal Task ServeAsync(HttpContext http, RequestDelegate next)
    {
        if (!_byPath.TryGetValue(http.Request.Path.Value ?? "", out var asset) || !HttpMethods.IsGet(http.Request.Method))
        {
            return next(http);
        }

        http.Response.ContentType = asset.ContentType;
        http.Response.ContentLength = asset.Bytes.Length;
        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return http.Response.Body.WriteAsync(asset.Bytes, http.RequestAborted).AsTask();
    }

    private void Add(Assembly assembly, string resource)
    {
        using var stream = assembly.GetManifestResourceStream(resource)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var name = resource[(resource.IndexOf(Folder, StringComparison.Ordinal) + Folder.Length)..];
        var hash = Base64UrlText.Encode(SHA256.HashData(bytes).AsSpan(0, 9));
        var path = $"/assets/{Path.GetFileNameWithoutExtension(name)}.{hash}{Path.GetExtension(name)}";
        _byPath.Add(path, new Asset(bytes, ContentTypeOf(name)));
        _pathByName.Add(name, path);
    }

    private static string ContentTypeOf(string name) => Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".png" => "image/png",
        var other => throw new InvalidOperationException($"No content type is known for {other}."),
    };

    private sealed record Asset(byte[] Bytes, string ContentType);
}
