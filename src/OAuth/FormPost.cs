using IdentityPlatform.OAuth.Protocol;
using Microsoft.AspNetCore.Http;

namespace IdentityPlatform.OAuth;

/// <summary>
/// The page of <c>response_mode=form_post</c>, drawn by the host: a form with these fields, sent by a script of its own file, or by
/// a button where scripts are off. Its content security policy lets the form go to that address and to no other.
/// </summary>
public delegate IResult FormPostPage(HttpContext http, FormPost post);

/// <summary>An answer that travels in a form (OAuth 2.0 Form Post Response Mode §2). Holds a code: never logged.</summary>
public sealed class FormPost
{
    internal FormPost(AuthorizationResponse response) => (Address, Fields) = (response.Redirect.Address, response.Parameters);

    /// <summary>The verified redirect URI.</summary>
    public string Address { get; }

    /// <summary>The hidden fields.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Fields { get; }

    /// <summary>Redacted.</summary>
    public override string ToString() => nameof(FormPost);
}
