using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Verifier;
using IdentityPlatform.Verifier.AspNetCore;
using IdentityPlatform.Verifier.Presentation;

// Asks wallets whether a visitor is of age. Configuration: PublicUrl, RootKey (JWK file), BundleFolder, Mirror, AccessKey and AccessChain (PEM files).
var builder = WebApplication.CreateBuilder(args);
var settings = builder.Configuration;
var root = Jwk.Parse(JsonElement.Parse(File.ReadAllBytes(settings["RootKey"]!))).OrThrow();

// Fetched when the program starts and then by the clock: at times of its own, not at those of visitors.
builder.Services.AddBundle(new BundleSource { Directory = settings["BundleFolder"]!, Roots = [root], Address = new Uri(settings["Mirror"]!) });

using var key = ECDsa.Create();
key.ImportFromPem(File.ReadAllText(settings["AccessKey"]!));
var chain = new X509Certificate2Collection();
chain.ImportFromPemFile(settings["AccessChain"]!);

builder.Services.AddPresentations(services => new PresentationOptions
{
    PublicUrl = settings["PublicUrl"]!,
    AccessKey = SigningKey.From(key, chain: [.. chain.Select(certificate => certificate.RawData)]),
    Policy = Policy.Haip,
    Trust = () => services.GetRequiredService<KeptBundle>().Trust,
});

var app = builder.Build();
var ofAge = DcqlQuery.For(CredentialQuery.OfType("card", "https://example.org/vct/compatriot-card/1").Asking("age_equal_or_over", "18"));
app.MapPresentations(ofAge, (_, outcome) => Task.FromResult(Results.Text(outcome switch
{
    PresentationOutcome.Completed { Result: var result } => result.ToString() ?? "",
    PresentationOutcome.Pending => "the wallet has not answered yet",
    _ => "declined",
})));
app.MapGet("/trust", (KeptBundle bundle) => bundle.Trust.Bundle?.ToString() ?? "no bundle yet");
app.Run();
