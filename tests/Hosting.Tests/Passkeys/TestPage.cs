using IdentityPlatform.Hosting.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace IdentityPlatform.Hosting.Tests.Passkeys;

/// <summary>A page with a form, both passkey buttons and a QR code in the shell.</summary>
public sealed class TestPage : ComponentBase
{
    private static readonly string[] Scripts = ["passkeys.js"];

    [Parameter]
    public string Title { get; set; } = "";

    public static IResult Result(string title) => new RazorComponentResult<TestPage>(new Dictionary<string, object?> { [nameof(Title)] = title });

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenComponent<PageShell>(0);
        builder.AddComponentParameter(1, nameof(PageShell.Title), Title);
        builder.AddComponentParameter(2, nameof(PageShell.Scripts), Scripts);
        builder.AddComponentParameter(3, nameof(PageShell.ChildContent), (RenderFragment)Content);
        builder.CloseComponent();
    }

    private static void Content(RenderTreeBuilder builder)
    {
        builder.AddMarkupContent(0, """<form id="who" class="card"><div class="field"><label for="n">Name</label><p class="hint">As your friends know you.</p><input id="n" name="display_name" required value="Anahit"><input type="hidden" name="user" value="by-hand"></div></form>""");
        builder.OpenComponent<PasskeyButton>(1);
        builder.AddComponentParameter(2, nameof(PasskeyButton.Label), "Create a passkey");
        builder.AddComponentParameter(3, nameof(PasskeyButton.OptionsUrl), "/signup/options");
        builder.AddComponentParameter(4, nameof(PasskeyButton.CompleteUrl), "/signup");
        builder.AddComponentParameter(5, nameof(PasskeyButton.Create), true);
        builder.AddComponentParameter(6, nameof(PasskeyButton.Form), "who");
        builder.CloseComponent();
        builder.OpenComponent<PasskeyButton>(7);
        builder.AddComponentParameter(8, nameof(PasskeyButton.Label), "Sign in");
        builder.AddComponentParameter(9, nameof(PasskeyButton.OptionsUrl), "/signin/options");
        builder.AddComponentParameter(10, nameof(PasskeyButton.CompleteUrl), "/signin");
        builder.AddComponentParameter(11, nameof(PasskeyButton.Secondary), true);
        builder.CloseComponent();
        builder.OpenComponent<QrCode>(12);
        builder.AddComponentParameter(13, nameof(QrCode.Content), "https://example.org/offer?id=42");
        builder.AddComponentParameter(14, nameof(QrCode.Label), "The offer");
        builder.CloseComponent();
    }
}
