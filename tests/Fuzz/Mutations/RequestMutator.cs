namespace IdentityPlatform.Fuzz.Mutations;

/// <summary>Breaks one to four things of a request. The same seed breaks the same things.</summary>
internal static class RequestMutator
{
    private static readonly string[] Methods = ["GET", "PUT", "HEAD", "OPTIONS", "PATCH", "DELETE", "QUERY"];

    private static readonly string[] ContentTypes =
        ["", "text/plain", "application/json", "multipart/form-data; boundary=x", $"{WireRequest.Form}; charset=utf-16", $"{WireRequest.Form}; charset=utf-8", "*/*", ";;"];

    private static readonly (string Name, string Value)[] Headers =
    [
        ("Authorization", "Basic b25lOnNlY3JldA=="), ("Authorization", "Basic %%%"), ("Authorization", "Bearer x"), ("DPoP", "x"), ("DPoP", "a.b.c"),
        ("OAuth-Client-Attestation", "a.b.c"), ("OAuth-Client-Attestation-PoP", "a.b.c"), ("Client-Cert", ":AAAA:"), ("X-Forwarded-Host", "evil.example"),
        ("Host", "evil.example"), ("Origin", "https://evil.example"), ("Accept", "application/jwt"), ("Cookie", "idp-session=x"),
    ];

    public static WireRequest Mutate(WireRequest request, Random random)
    {
        for (var left = random.Next(1, 5); left > 0; left--)
        {
            request = Once(request, random);
        }

        return request;
    }

    private static WireRequest Once(WireRequest request, Random random) => random.Next(12) switch
    {
        0 => random.Next(8) == 0 ? request with { Method = Methods[random.Next(Methods.Length)] } : InText(request, random),
        1 => random.Next(8) == 0 ? request with { ContentType = ContentTypes[random.Next(ContentTypes.Length)] } : InText(request, random),
        2 => request with { Headers = [.. request.Headers, Headers[random.Next(Headers.Length)]] },
        3 => InHeader(request, random),
        4 => WithoutHeader(request, random),
        _ => InText(request, random),
    };

    private static WireRequest InText(WireRequest request, Random random)
    {
        if (request.Method != "GET")
        {
            return request with { Body = TextMutator.Mutate(request.Body, random) };
        }

        // A line break would end the request line, and a space is no URL: what is behind it would be another request of ours.
        var (path, query) = Split(request.Path);
        var mutated = TextMutator.Mutate(query, random).Replace(' ', '+').Replace('\t', '+').Replace('#', '+');
        return request with { Path = $"{path}?{string.Concat(mutated.Select(c => c < 128 ? c.ToString() : Uri.EscapeDataString(char.IsSurrogate(c) ? "?" : c.ToString())))}" };
    }

    private static WireRequest InHeader(WireRequest request, Random random)
    {
        if (request.Headers.Count == 0)
        {
            return request;
        }

        var headers = request.Headers.ToList();
        var at = random.Next(headers.Count);
        var (name, value) = headers[at];
        if (value.Length > 0)
        {
            var position = random.Next(value.Length);
            headers[at] = (name, string.Concat(value.AsSpan(0, position), ((char)random.Next(0x21, 0x7f)).ToString(), value.AsSpan(position + 1)));
        }

        return request with { Headers = headers };
    }

    private static WireRequest WithoutHeader(WireRequest request, Random random)
    {
        var headers = request.Headers.ToList();
        if (headers.Count > 0)
        {
            headers.RemoveAt(random.Next(headers.Count));
        }

        return request with { Headers = headers };
    }

    private static (string Path, string Query) Split(string path)
    {
        var mark = path.IndexOf('?', StringComparison.Ordinal);
        return mark < 0 ? (path, "") : (path[..mark], path[(mark + 1)..]);
    }
}
