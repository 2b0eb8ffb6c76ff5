using System.CommandLine;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Keys;
using Microsoft.AspNetCore.Builder;

namespace IdentityPlatform.Hosting;

/// <summary>What a key directory has to hold.</summary>
/// <param name="Section">What goes before <c>Keys:Directory</c> in the settings: nothing for a server, such as <c>Signer:</c> for another process.</param>
/// <param name="Keys">The keys that <c>keys create</c> makes where they are missing.</param>
/// <param name="Secrets">The secrets that it makes.</param>
public sealed record KeyNeeds(string Section, IReadOnlyList<(KeyRole Role, JwsAlgorithm Algorithm)> Keys, IReadOnlyList<SecretRole> Secrets);

/// <summary>The verbs <c>keys create</c>, <c>keys certify</c>, <c>keys rotate</c>, <c>keys deny</c> and <c>keys show</c>. They need no setting but those of <c>Keys</c>.</summary>
internal sealed class KeyCommands
{
    private static readonly string[] Roles = [.. Enum.GetValues<KeyRole>().Select(KeyNames.Of), .. Enum.GetValues<SecretRole>().Select(KeyNames.Of)];

    private readonly KeyNeeds _needs;

    private KeyCommands(KeyNeeds needs) => _needs = needs;

    public static Command Create(string whose, KeyNeeds needs)
    {
        var commands = new KeyCommands(needs);
        return new Command("keys", $"The keys of {whose} ({needs.Section}Keys:Directory).")
        {
            commands.CreateKeys(),
            commands.CertifyKey(),
            commands.RotateKeys(),
            commands.DenyKey(),
            commands.ShowKey(),
        };
    }

    private Command CreateKeys()
    {
        var role = new Option<string>("--role") { Description = "One role; without it, every key and secret that this server needs and the directory lacks." };
        role.AcceptOnlyFromAmong(Roles);
        var algorithm = new Option<JwsAlgorithm>("--algorithm") { Description = "ES256, ES384, ES512, PS256 or RS256.", DefaultValueFactory = _ => JwsAlgorithm.ES256 };
        var bits = new Option<int>("--bits") { Description = "The size of an RSA key: 2048, 3072 or 4096.", DefaultValueFactory = _ => KeyKind.DefaultRsaBits };
        bits.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is not (2048 or 3072 or 4096))
            {
                result.AddError("--bits is 2048, 3072 or 4096.");
            }
        });
        var token = new Option<string>("--pkcs11") { Description = "The label of the PKCS#11 token in which the keys are made (Keys:Pkcs11:Module, Keys:Pkcs11:Pin)." };
        var announced = new Option<bool>("--announced") { Description = "Publish the key and do not sign with it yet." };
        var name = new Option<string>("--name") { Description = "The name of the file, without .json." };
        return ServerVerbs.WithBuilder(
            new Command("create", "Makes keys and secrets; never overwrites one.") { role, algorithm, bits, token, announced, name },
            (builder, parsed, _) =>
            {
                var directory = Open(builder);
                using var taken = directory.Lock();
                var kind = new KeyKind(parsed.GetValue(algorithm), parsed.GetValue(bits), parsed.GetValue(token));
                var state = parsed.GetValue(announced) ? KeyState.Announced : KeyState.Active;
                var made = parsed.GetValue(role) is { } wanted
                    ? [CreateOne(directory, wanted, kind, state, parsed.GetValue(name))]
                    : CreateMissing(directory, kind);
                return Report(parsed, made.Select(file => $"made {file}"));
            });
    }

    private Command CertifyKey()
    {
        var name = NameOption();
        var certificates = new Option<string>("--certificates") { Description = "A PEM file: the leaf, then what lies between it and the anchor.", Required = true };
        return ServerVerbs.WithBuilder(
            new Command("certify", "Puts the certificates that an authority issued for a key into its file.") { name, certificates },
            (builder, parsed, _) =>
            {
                var directory = Open(builder);
                using var taken = directory.Lock();
                return Report(parsed, [$"certified {directory.Certify(parsed.GetRequiredValue(name), parsed.GetRequiredValue(certificates))}"]);
            });
    }

    private Command RotateKeys()
    {
        var role = new Option<string>("--role") { Description = "One role; without it, whatever is due by Keys:RotateEvery, Keys:AnnounceFor and Keys:KeepRetiredFor." };
        role.AcceptOnlyFromAmong([.. Enum.GetValues<KeyRole>().Select(KeyNames.Of)]);
        var algorithm = new Option<JwsAlgorithm>("--algorithm") { Description = "The algorithm, with --role.", DefaultValueFactory = _ => JwsAlgorithm.ES256 };
        var atOnce = new Option<bool>("--at-once") { Description = "Sign with an announced key although it is not announced for Keys:AnnounceFor yet." };
        return ServerVerbs.WithBuilder(
            new Command("rotate", "With --role, first call: announces a new key. Second call, once everybody has fetched it: signs with it and retires the old one.") { role, algorithm, atOnce },
            (builder, parsed, _) =>
            {
                var policy = RotationPolicy.Read(new SettingsReader(builder.Configuration, _needs.Section));
                var wanted = parsed.GetValue(role) is { } text ? KeyNames.Find<KeyRole>(text) : null;
                return Report(parsed, Open(builder).Rotate((files, now) => wanted is null
                    ? KeyRotation.Plan(files, policy, now)
                    : KeyRotation.PlanByHand([.. files.Where(f => f.Role == wanted && f.Algorithm == parsed.GetValue(algorithm))], policy, now, parsed.GetValue(atOnce))));
            });
    }

    private Command DenyKey()
    {
        var name = new Option<string>("--name") { Description = "The name of the key's file, without .json." };
        var key = new Option<string>("--key") { Description = "Instead of --name: the id (kid) of the key." };
        return ServerVerbs.WithBuilder(
            new Command("deny", "For a key that leaked: it signs no more, and what it signed is refused. Where it signed tokens, a successor does so at once.") { name, key },
            (builder, parsed, _) => Report(parsed, Open(builder).Rotate((files, now) =>
                KeyRotation.PlanDenial(files, Named(files, parsed.GetValue(name), parsed.GetValue(key)), now))));
    }

    private static KeySigningFile Named(IReadOnlyList<KeySigningFile> files, string? name, string? keyId) => (name, keyId) switch
    {
        ({ } wanted, null) => files.FirstOrDefault(f => f.Name == $"{wanted}.json") ?? throw new KeyDirectoryException($"There is no key file {wanted}.json."),
        (null, { } wanted) => files.FirstOrDefault(f => f.PublicKey.KeyId == wanted || f.PublicKey.ThumbprintText() == wanted)
            ?? throw new KeyDirectoryException($"There is no key with the id {wanted}."),
        _ => throw new KeyDirectoryException("One of --name and --key says which key."),
    };

    private Command ShowKey()
    {
        var name = NameOption();
        return ServerVerbs.WithBuilder(
            new Command("show", "Prints the public half of a key as a JWK.") { name },
            async (builder, parsed, _) =>
            {
                await parsed.InvocationConfiguration.Output.WriteLineAsync(Open(builder).PublicKeyOf(parsed.GetRequiredValue(name)).ToJson());
                return 0;
            });
    }

    private static Option<string> NameOption() => new("--name") { Description = "The name of the key's file, without .json.", Required = true };

    private KeyDirectory Open(WebApplicationBuilder builder)
    {
        var reader = new SettingsReader(builder.Configuration, _needs.Section);
        return KeyDirectory.OpenOrCreate(Path.GetFullPath(reader.Required("Keys:Directory")), module: Pkcs11Module.Read(reader));
    }

    private static string CreateOne(KeyDirectory directory, string role, KeyKind kind, KeyState state, string? name)
    {
        if (KeyNames.Find<KeyRole>(role) is not { } keyRole)
        {
            return directory.CreateSecret(KeyNames.Find<SecretRole>(role)!.Value);
        }

        // A second active key would sign at once, before any cache has it.
        var signing = KeyRotation.Signing(directory.Files().OfType<KeySigningFile>()).FirstOrDefault(file => file.Role == keyRole && file.Algorithm == kind.Algorithm);
        return signing is null || state == KeyState.Announced
            ? directory.CreateKey(keyRole, kind, state, name)
            : throw new KeyDirectoryException($"Key file {signing.Path} signs for {role} with {kind.Algorithm} already: use 'keys rotate', or --announced.");
    }

    private List<string> CreateMissing(KeyDirectory directory, KeyKind kind)
    {
        var files = directory.Files();
        var signing = KeyRotation.Signing(files.OfType<KeySigningFile>()).Select(file => (file.Role, file.Algorithm));
        var keys = _needs.Keys.Except(signing).ToList();
        var secrets = _needs.Secrets.Except(files.OfType<KeySecretFile>().Select(file => file.Role)).ToList();
        return
        [
            .. keys.Select(key => directory.CreateKey(key.Role, kind with { Algorithm = key.Algorithm }, KeyState.Active, null)),
            .. secrets.Select(directory.CreateSecret),
        ];
    }

    private static async Task<int> Report(ParseResult parsed, IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            await parsed.InvocationConfiguration.Output.WriteLineAsync(line);
        }

        return 0;
    }
}
