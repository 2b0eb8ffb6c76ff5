using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace IdentityPlatform.EndToEnd.Tests.Browser;

/// <summary>One page looked at from all sides: with a screen reader's eyes, a keyboard, a small phone, and in its language.</summary>
internal static partial class Inspection
{
    private static readonly string[] Schemes = ["openid4vp", "openid-credential-offer"];

    // Names of people, browsers and languages stay as they are in every language.
    private static readonly string[] Names = ["English", "Русский", "Юлия", "Щеглова", "SHCHEGLOVA", "IULIIA", "Anna", "Boris", "Chrome", "Chromium", "Linux"];

    public static async Task<IReadOnlyList<string>> OfAsync(Visitor visitor, string name)
    {
        var page = visitor.Page;
        List<string> faults = [.. await LanguageAsync(page, visitor.Language), .. await LinksAsync(visitor)];
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            faults.AddRange(await AxeAsync(page, scheme));
            await Shots.TakeAsync(page, $"{name}-{visitor.Language}-{scheme}");
        }

        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        faults.AddRange(await SmallPhoneAsync(page));
        faults.AddRange(await KeyboardAsync(page));
        await page.SetViewportSizeAsync(390, 844);
        return faults;
    }

    private static async Task<IEnumerable<string>> AxeAsync(IPage page, ColorScheme scheme)
    {
        var found = await page.RunAxe(new AxeRunOptions
        {
            RunOnly = new() { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
        });
        return found.Violations.Select(v => $"axe, {scheme}: {v.Id} ({v.Impact}): {v.Help}: {string.Join(" | ", v.Nodes.Take(3).Select(n => n.Html))}");
    }

    private static async Task<IEnumerable<string>> LinksAsync(Visitor visitor)
    {
        var faults = new List<string>();
        var links = await visitor.Page.EvaluateAsync<string[]>("[...new Set([...document.querySelectorAll('a[href]:not([href^=\"#\"])')].map(a => a.href))]");
        var own = await visitor.Page.EvaluateAsync<int>("performance.getEntriesByType('navigation')[0].responseStatus");
        var aside = await visitor.AsideAsync();

        // The languages are one link: each leads to this page again.
        var all = links.Select(text => new Uri(text)).DistinctBy(uri => uri.AbsolutePath == "/language" ? uri.AbsolutePath : uri.AbsoluteUri);
        foreach (var link in all.Where(uri => !Schemes.Contains(uri.Scheme)))
        {
            if (link.Host != "localhost")
            {
                faults.Add($"a link leads away: {link}");
                continue;
            }

            var answer = await aside.GetAsync(link.AbsoluteUri);

            // The language switch comes back to this page, whose status may say "not found".
            if (answer.Status != 200 && !(link.AbsolutePath == "/language" && answer.Status == own))
            {
                faults.Add($"a dead link: {link} answers {answer.Status}");
            }
        }

        await aside.DisposeAsync();
        return faults;
    }

    private static async Task<IEnumerable<string>> LanguageAsync(IPage page, string language)
    {
        var faults = new List<string>();
        var said = await page.GetAttributeAsync("html", "lang");
        if (said != language)
        {
            faults.Add($"html lang is {said}");
        }

        var texts = await page.EvaluateAsync<string[]>(
            """
            () => {
              const texts = [document.title];
              const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
              while (walk.nextNode()) {
                const parent = walk.currentNode.parentElement;
                if (!parent.closest("script, style, code, [lang]:not(html), noscript")) texts.push(walk.currentNode.data.trim());
              }
              for (const e of document.querySelectorAll("[aria-label], [placeholder], [title]")) {
                texts.push(...["aria-label", "placeholder", "title"].map(a => e.getAttribute(a) ?? ""));
              }
              return texts.filter(t => t.length > 1);
            }
            """);
        faults.AddRange(texts.Where(text => Key().IsMatch(text)).Select(text => $"an untranslated key: {text}"));
        faults.AddRange(texts.Where(text => text.Contains("{0}", StringComparison.Ordinal)).Select(text => $"an unfilled text: {text}"));
        faults.AddRange(texts.Where(text => IsForeign(text, language)).Select(text => $"another language: {text}"));
        return faults;
    }

    private static bool IsForeign(string text, string language)
    {
        var own = Names.Aggregate(text, (rest, name) => rest.Replace(name, "", StringComparison.OrdinalIgnoreCase));
        return language == "ru"
            ? Words.EnglishOnly.Contains(text.ToLowerInvariant()) || (LatinWord().IsMatch(own) && !Cyrillic().IsMatch(own))
            : Cyrillic().IsMatch(own);
    }

    // WCAG 2.2 §1.4.10 asks for 320 pixels; cheap phones have 360.
    private static async Task<IEnumerable<string>> SmallPhoneAsync(IPage page)
    {
        await page.SetViewportSizeAsync(360, 640);
        var over = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        var small = await page.EvaluateAsync<string[]>(
            """
            [...document.querySelectorAll("button, a.button, summary, select, input:not([type=hidden], [type=checkbox], [type=radio], [type=file]), nav a")]
              .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML)
            """);
        return [.. over > 0 ? [$"at 360 pixels it is {over} too wide"] : Array.Empty<string>(), .. small.Select(html => $"too small for a thumb: {html}")];
    }

    // Tab from the top to the end: every control is reached, and one sees where one is (WCAG 2.2 §2.1.1, §2.4.7).
    private static async Task<IEnumerable<string>> KeyboardAsync(IPage page)
    {
        var controls = await page.EvaluateAsync<int>(
            """
            () => {
              document.activeElement?.blur();
              getSelection().removeAllRanges();
              window.reached = new Map();
              window.note = e => {
                const style = getComputedStyle(e.target);
                const label = e.target.matches(".hidden-file") && e.target.labels[0] ? getComputedStyle(e.target.labels[0]) : style;
                reached.set(e.target, parseFloat(label.outlineWidth) > 0 && label.outlineStyle !== "none");
              };
              document.addEventListener("focusin", note);
              window.controls = [...document.querySelectorAll("a[href], button:not([disabled]), input:not([type=hidden], [disabled]), select, textarea, summary")]
                .filter(e => e.checkVisibility() && !(e.type === "radio" && e.form.elements[e.name][0] !== e));
              return controls.length;
            }
            """);
        for (var press = 0; press < (controls * 2) + 12 && !await page.EvaluateAsync<bool>("controls.every(c => reached.has(c))"); press++)
        {
            await page.Keyboard.PressAsync("Tab");
        }

        var faults = await page.EvaluateAsync<string[]>(
            """
            () => {
              document.removeEventListener("focusin", note);
              document.activeElement?.blur();
              scrollTo(0, 0);
              return [...controls.filter(c => !reached.has(c)).map(c => "the keyboard does not reach " + c.outerHTML),
                ...[...reached].filter(([, visible]) => !visible).map(([c]) => "the focus is invisible on " + c.outerHTML)];
            }
            """);
        return faults;
    }

    [GeneratedRegex(@"^[a-z][a-z0-9_-]*(\.[A-Za-z][A-Za-z0-9_-]*)+$", RegexOptions.None, 1000)]
    private static partial Regex Key();

    [GeneratedRegex(@"[A-Za-z]{3,}", RegexOptions.None, 1000)]
    private static partial Regex LatinWord();

    [GeneratedRegex(@"\p{IsCyrillic}", RegexOptions.None, 1000)]
    private static partial Regex Cyrillic();
}
