using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.RegularExpressions;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Formats.Status;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.IdP.SignIn;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Refresh;
using IdentityPlatform.Wallet.Cards;
using IdentityPlatform.Wallet.Presentation;
using Microsoft.Extensions.DependencyInjection;

namespace IdentityPlatform.IdP.Tests.Harness;

/// <summary>A card issuer with the example keys: makes cards and the bundle, and knows a person by the subject that it was given.</summary>
public sealed class CardIssuer : IDisposable
{
    public const string Type = "https://example.org/vct/compatriot-card/1";

    public const string RepresentationType = "https://example.org/vct/representation/1";

    private const string StatusUri = "https://status.example.org/1";

    private readonly IdpHost _host;
    private readonly Signer _signer = Signer.Load(IdpHost.ExampleKeys("card-issuer"));
    private readonly Signer _cards = Signer.Load(IdpHost.ExampleKeys("card-issuer-signer"));
    private StatusList _status = StatusList.Empty(1024);
    private long _version;
    private int _next;

    public CardIssuer(IdpHost host)
    {
        _host = host;
        PublishBundle();
    }

    /// <summary>Signs a person in at the issuer, and gives the subject that it learns.</summary>
    public async Task<string> SubjectOfAsync(Person person)
    {
        using var service = _host.Service("card-issuer");
        return (await service.SignInAsync(person)).Subject;
    }

    /// <summary>A card in a wallet, three copies of it.</summary>
    public WalletFile Card(string? subject, string issuer = IdpHost.Url, DateTimeOffset? expires = null, string givenName = "Юлия")
    {
        var wallet = WalletFile.InMemory();
        wallet.Add(Enumerable.Range(0, 3).Select(_ => Copy(subject, issuer, expires ?? _host.Time.GetUtcNow().AddDays(90), givenName)));
        return wallet;
    }

    /// <summary>A guardian's credential in a wallet, three copies of it.</summary>
    public WalletFile Representation(RepresentationCard card)
    {
        var wallet = WalletFile.InMemory();
        wallet.Add(Enumerable.Range(0, 3).Select(_ => Copy(card)));
        return wallet;
    }

    /// <summary>Shows a guardian's credential on the same device; gives the page where the browser lands.</summary>
    public async Task<Shown> PresentChildAsync(Person person, WalletFile wallet)
    {
        var answer = await AnswerAsync(LinkOf(await StartChildAsync(person)), wallet);
        Assert.NotNull(answer);
        Assert.Equal(200, answer.Status);
        return await person.Browser.OpenAsync(answer.RedirectUri!);
    }

    public static async Task<Shown> StartChildAsync(Person person)
    {
        var page = await person.Browser.SubmitAsync("/card/start", ("for", "child"));
        Assert.Equal("/card", page.Url.AbsolutePath);
        return page;
    }

    /// <summary>A status reference of nobody's card, valid until <see cref="RevokeAll"/>.</summary>
    public StatusReference FreeStatus() => StatusReference.Parse(JsonElement.Parse($$"""{"status":{{NextStatus()}}}""")).OrThrow();

    /// <summary>Revokes every card made so far, and publishes that.</summary>
    public void RevokeAll()
    {
        for (var index = 0; index < _next; index++)
        {
            _status = _status.With(index, 1);
        }

        PublishBundle();
    }

    /// <summary>Starts a card sign-in on a page and presents the card on the same device; gives the page where the browser lands.</summary>
    public async Task<Shown> PresentAsync(Person person, WalletFile wallet, bool withName = false, string returnTo = "/account")
    {
        var page = await StartAsync(person, withName, returnTo);
        var answer = await AnswerAsync(LinkOf(page), wallet);
        Assert.NotNull(answer);
        Assert.Equal(200, answer.Status);
        return await person.Browser.OpenAsync(answer.RedirectUri!);
    }

    public static async Task<Shown> StartAsync(Person person, bool withName = false, string returnTo = "/account")
    {
        var page = await person.Browser.SubmitAsync("/card/start", withName ? [("return", returnTo), ("name", "yes")] : [("return", returnTo)]);
        Assert.Equal("/card", page.Url.AbsolutePath);
        return page;
    }

    /// <summary>The link that opens a wallet on the same device.</summary>
    public static string LinkOf(Shown page) => WebUtility.HtmlDecode(Regex.Match(page.Body, "href=\"(openid4vp://[^\"]+)\"").Groups[1].Value);

    public async Task<PresentationRequest> RequestAsync(string link)
    {
        using var http = new HttpClient(_host.Handler());
        var anchor = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(IdpHost.ExampleKeys("pki"), "access-root.pem"));
        return (await PresentationRequest.FetchAsync(link, [anchor], http, _host.Time.GetUtcNow(), CancellationToken.None)).OrThrow();
    }

    public async Task<PresentationAnswer?> AnswerAsync(string link, WalletFile wallet)
    {
        using var http = new HttpClient(_host.Handler());
        return await new Presenter(http, wallet, _host.Time).PresentAsync(await RequestAsync(link), CancellationToken.None);
    }

    public void Dispose()
    {
        _signer.Dispose();
        _cards.Dispose();
    }

    private CardCopy Copy(string? subject, string issuer, DateTimeOffset expires, string givenName)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var claims = new SdObject()
            .Plain("iss", SdValue.Of("http://localhost:5102"))
            .Plain("vct", SdValue.Of(Type))
            .Plain("exp", SdValue.Of(expires.ToUnixTimeSeconds()))
            .Plain("cnf", SdValue.Of(JsonElement.Parse($$"""{"jwk":{{Jwk.Of(key).ToJson()}}}""")))
            .Plain("status", SdValue.Of(JsonElement.Parse(NextStatus())))
            .Disclosable("given_name", SdValue.Of(givenName))
            .Disclosable("family_name", SdValue.Of("Щеглова"))
            .Disclosable("birthdate", SdValue.Of("1990-05-26"))
            .Disclosable("document_number", SdValue.Of("482109375516037"));
        if (subject is not null)
        {
            claims = claims.Disclosable("account", new SdObject().Plain("iss", SdValue.Of(issuer)).Plain("sub", SdValue.Of(subject)));
        }

        return CardCopy.Take(SdJwtWriter.Issue(_cards.Active(KeyRole.Credentials), "dc+sd-jwt", claims, RandomNumberGenerator.Fill), key).OrThrow();
    }

    private CardCopy Copy(RepresentationCard card)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var claims = new SdObject()
            .Plain("iss", SdValue.Of("http://localhost:5102"))
            .Plain("vct", SdValue.Of(RepresentationType))
            .Plain("exp", SdValue.Of((card.Expires ?? _host.Time.GetUtcNow().AddDays(30)).ToUnixTimeSeconds()))
            .Plain("cnf", SdValue.Of(JsonElement.Parse($$"""{"jwk":{{Jwk.Of(key).ToJson()}}}""")))
            .Plain("nature_of_representation", SdValue.Of(card.Nature))
            .Plain("powers", SdValue.Of(JsonElement.Parse($"[{string.Join(',', card.Powers.Select(power => $"\"{power}\""))}]")))
            .Plain("valid_until", SdValue.Of(card.Until))
            .Disclosable("represented", new SdObject()
                .Disclosable("family_name", SdValue.Of("Щеглова"))
                .Disclosable("given_name", SdValue.Of("Варвара"))
                .Disclosable("birthdate", SdValue.Of(card.Born)))
            .Disclosable("account", Account(card.Issuer, card.Guardian))
            .Disclosable("represented_account", Account(card.Issuer, card.Child));
        claims = card.WithStatus ? claims.Plain("status", SdValue.Of(JsonElement.Parse(NextStatus()))) : claims;
        return CardCopy.Take(SdJwtWriter.Issue(_cards.Active(KeyRole.Credentials), "dc+sd-jwt", claims, RandomNumberGenerator.Fill), key).OrThrow();
    }

    private static SdObject Account(string issuer, string subject) => new SdObject().Plain("iss", SdValue.Of(issuer)).Plain("sub", SdValue.Of(subject));

    private string NextStatus() => string.Create(CultureInfo.InvariantCulture, $$$"""{"status_list":{"idx":{{{_next++}}},"uri":"{{{StatusUri}}}"}}""");

    private void PublishBundle()
    {
        var now = _host.Time.GetUtcNow();
        var root = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(IdpHost.ExampleKeys("pki"), "issuer-root.pem"));
        var content = new BundleContent
        {
            Version = ++_version,
            IssuedAt = now,
            Anchors = [new Anchor { Certificate = root, Roles = [AnchorRole.Credentials, AnchorRole.Status], Types = [Type, RepresentationType] }],
            Denied = [],
            Types = new Dictionary<string, JsonElement>(),
            Regions = new Dictionary<string, int>(),
            BundleMaxAge = TimeSpan.FromDays(400),
            StatusMaxAge = TimeSpan.FromDays(400),
        };
        var list = StatusListToken.Write(_signer.Active(KeyRole.Status), StatusUri, _status, now, now.AddDays(400), TimeSpan.FromDays(400));
        var bundle = BundleWriter.Write(content, _signer.Active(KeyRole.BundleRoot), [list]);
        Assert.IsType<BundleOffer.Stored>(_host.Services.GetRequiredService<CardTrust>().Offer(bundle));
    }
}

/// <summary>What a guardian's credential says.</summary>
/// <param name="Guardian">The guardian's subject at the issuer.</param>
/// <param name="Child">The child's.</param>
/// <param name="Born">The child's date of birth.</param>
/// <param name="Until">The last day.</param>
public sealed record RepresentationCard(string Guardian, string Child, string Born, string Until)
{
    public string Issuer { get; init; } = IdpHost.Url;

    public string Nature { get; init; } = "parent";

    public string[] Powers { get; init; } = ["services"];

    public bool WithStatus { get; init; } = true;

    public DateTimeOffset? Expires { get; init; }
}
