using System.Globalization;
using System.Text.Json;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Verifier;
using IdentityPlatform.Verifier.Presentation;
using IdentityPlatform.Verifier.Refresh;

// Checks what others put into a folder: ROOT-KEY BUNDLE-FOLDER INBOX [--once]. A newer bundle comes in as INBOX/bundle.json.
var root = Jwk.Parse(JsonElement.Parse(File.ReadAllBytes(args[0]))).OrThrow();
var bundles = BundleStore.Open(args[1], [root], TimeProvider.System);
var inbox = args[2];
using var watcher = new FileSystemWatcher(inbox, "*.json");
do
{
    TakeBundle(Path.Combine(inbox, "bundle.json"));
    CheckAll();
}
while (!args.Contains("--once") && watcher.WaitForChanged(WatcherChangeTypes.Created | WatcherChangeTypes.Renamed).ChangeType != 0);

void TakeBundle(string file)
{
    if (File.Exists(file))
    {
        Console.WriteLine(bundles.Offer(File.ReadAllBytes(file)));
        File.Delete(file);
    }
}

// Everything that waits, on all cores; a verdict stands beside each, in words and with its code.
void CheckAll()
{
    var files = Directory.GetFiles(inbox, "*.json").Order(StringComparer.Ordinal).ToList();
    var verdicts = CredentialVerifier.VerifyMany([.. files.Select(Read)], Policy.Haip, bundles.Trust);
    foreach (var (file, verdict) in files.Zip(verdicts))
    {
        File.WriteAllText(Path.ChangeExtension(file, ".verdict"), $"{verdict}\n{verdict.Explain(CultureInfo.GetCultureInfo("en"))}\n");
        File.Delete(file);
    }
}

static PresentedCredential Read(string file)
{
    var json = JsonElement.Parse(File.ReadAllBytes(file));
    return new()
    {
        Presentation = json.StringMember("presented")!,
        At = DateTimeOffset.FromUnixTimeSeconds(json.LongMember("now")!.Value),
        Expectation = new()
        {
            Query = CredentialQuery.OfType("card", "https://example.org/vct/compatriot-card/1").Asking("age_equal_or_over", "18"),
            Nonce = json.StringMember("nonce")!,
            Audience = json.StringMember("audience")!,
        },
    };
}
