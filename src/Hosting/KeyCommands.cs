using System.CommandLine;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Keys;
using Microsoft.AspNetCore.Builder;

namespace IdentityPlatform.Hosting;

/// <summary>The verbs <c>keys create</c>, <c>keys certify</c>, <c>keys rotate</c> and <c>keys show</c>. They need no setting but <c>Keys:Directory</c>.</summary>
internal static class KeyCommands
{
    private static readonly string[] Roles = [.. Enum.GetValues<KeyRole>().Select(KeyNames.Of), .. Enum.GetValues<SecretRole>().Select(KeyNames.Of)];

    public static Command Create(ServerProgram program) => new("keys", $"The keys of the {program.Name} server (Keys:Directory).")
    {
        CreateKeys(program),
        CertifyKey(),
        RotateKey(),
        ShowKey(),
    };

    private static Command CreateKeys(ServerProgram program)
    {
        var role = new Option<string>("--role") { Description = "One role; without it, every key and secret that this server needs and the directory lacks." };
        role.AcceptOnlyFromAmong(Roles);
        var algorithm = new Option<JwsAlgorithm>("--algorithm") { Description = "ES256, ES384 or ES512.", DefaultValueFactory = _ => JwsAlgorithm.ES256 };
        var announced = new Option<bool>("--announced") { Description = "Publish the key and do not sign with it yet." };
        var name = new Option<string>("--name") { Description = "The name of the file, without .json." };
        return ServerVerbs.WithBuilder(
            new Command("create", "Makes keys and secrets; never overwrites one.") { role, algorithm, announced, name },
            (builder, parsed, _) =>
            {
                var directory = Open(builder);
                var state = parsed.GetValue(announced) ? KeyState.Announced : KeyState.Active;
                var made = parsed.GetValue(role) is { } wanted
                    ? [CreateOne(directory, wanted, parsed.GetValue(algorithm), state, parsed.GetValue(name))]
                    : CreateMissing(directory, program);
                return Report(parsed, "made", made);
            });
    }

    private static Command CertifyKey()
    {
        var name = new Option<string>("--name") { Description = "The name of the key's file, without .json.", Required = true };
        var certificates = new Option<string>("--certificates") { Description = "A PEM file: the leaf, then what lies between it and the anchor.", Required = true };
        return ServerVerbs.WithBuilder(
            new Command("certify", "Puts the certificates that an authority issued for a key into its file.") { name, certificates },
            (builder, parsed, _) => Report(parsed, "certified", [Open(builder).Certify(parsed.GetRequiredValue(name), parsed.GetRequiredValue(certificates))]));
    }

    private static Command RotateKey()
    {
        var role = new Option<string>("--role") { Description = "The role.", Required = true };
        role.AcceptOnlyFromAmong([.. Enum.GetValues<KeyRole>().Select(KeyNames.Of)]);
        var algorithm = new Option<JwsAlgorithm>("--algorithm") { Description = "The algorithm.", DefaultValueFactory = _ => JwsAlgorithm.ES256 };
        return ServerVerbs.WithBuilder(
            new Command("rotate", "First call: announces a new key. Second call, once everybody has fetched it: signs with it and retires the old one.") { role, algorithm },
            (builder, parsed, _) => Report(
                parsed, "changed", Rotate(Open(builder), KeyNames.Find<KeyRole>(parsed.GetRequiredValue(role))!.Value, parsed.GetValue(algorithm))));
    }

    private static Command ShowKey()
    {
        var name = new Option<string>("--name") { Description = "The name of the key's file, without .json.", Required = true };
        return ServerVerbs.WithBuilder(
            new Command("show", "Prints the public half of a key as a JWK.") { name },
            async (builder, parsed, _) =>
            {
                await parsed.InvocationConfiguration.Output.WriteLineAsync(Open(builder).PublicKeyOf(parsed.GetRequiredValue(name)).ToJson());
                return 0;
            });
    }

    private static KeyDirectory Open(WebApplicationBuilder builder) =>
        KeyDirectory.OpenOrCreate(Path.GetFullPath(new SettingsReader(builder.Configuration).Required("Keys:Directory")));

    private static string CreateOne(KeyDirectory directory, string role, JwsAlgorithm algorithm, KeyState state, string? name) =>
        KeyNames.Find<KeyRole>(role) is { } keyRole
            ? directory.CreateKey(keyRole, algorithm, state, name)
            : directory.CreateSecret(KeyNames.Find<SecretRole>(role)!.Value);

    private static List<string> CreateMissing(KeyDirectory directory, ServerProgram program)
    {
        var files = directory.Files();
        var keys = program.Keys.Except(files.OfType<KeySigningFile>().Where(file => file.State == KeyState.Active).Select(file => file.Role)).ToList();
        var secrets = program.Secrets.Except(files.OfType<KeySecretFile>().Select(file => file.Role)).ToList();
        return
        [
            .. keys.Select(role => directory.CreateKey(role, JwsAlgorithm.ES256, KeyState.Active, null)),
            .. secrets.Select(directory.CreateSecret),
        ];
    }

    // The old key is retired before the new one signs: at no moment are two keys active.
    private static List<string> Rotate(KeyDirectory directory, KeyRole role, JwsAlgorithm algorithm)
    {
        var keys = directory.Files().OfType<KeySigningFile>().Where(file => file.Role == role && file.Key.Algorithm == algorithm).ToList();
        var next = keys.FirstOrDefault(file => file.State == KeyState.Announced);
        if (next is null)
        {
            return [directory.CreateKey(role, algorithm, KeyState.Announced, null)];
        }

        return
        [
            .. keys.Where(file => file.State == KeyState.Active).Select(file => directory.SetState(file, KeyState.Retired)),
            directory.SetState(next, KeyState.Active),
        ];
    }

    private static async Task<int> Report(ParseResult parsed, string what, IReadOnlyList<string> files)
    {
        foreach (var file in files)
        {
            await parsed.InvocationConfiguration.Output.WriteLineAsync($"{what} {file}");
        }

        return 0;
    }
}
