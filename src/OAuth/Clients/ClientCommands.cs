using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Hosting;
using IdentityPlatform.OAuth.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace IdentityPlatform.OAuth.Clients;

/// <summary>The verbs <c>clients secret</c>, <c>clients invite</c> and <c>clients remove</c>.</summary>
public static class ClientCommands
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>For <see cref="ServerProgram.Verbs"/> of a program with an authorization server.</summary>
    public static Command Create(ServerVerbs verbs) => new("clients", "The clients of the authorization server.") { Secret(verbs), Invite(verbs), Remove(verbs) };

    private static Command Secret(ServerVerbs verbs)
    {
        var id = new Argument<string>("id") { Description = "The client id." };
        return verbs.WithProgram(
            new Command("secret", "Makes a new secret and prints it, this once. The one before it stays good; an older one goes. A client in a file has it after a restart.") { id },
            async (app, parsed, ct) =>
            {
                var clientId = parsed.GetRequiredValue(id);
                var (secret, fault) = await RotateAsync(app.Services, clientId, ct);
                await (secret is null ? parsed.InvocationConfiguration.Error : parsed.InvocationConfiguration.Output).WriteLineAsync(secret ?? $"{clientId}: {fault}");
                return secret is null ? 1 : 0;
            });
    }

    private static Command Invite(ServerVerbs verbs)
    {
        var uses = new Option<int>("--uses") { Description = "How many clients it is for.", DefaultValueFactory = _ => 1 };
        var days = new Option<int>("--days") { Description = "For how many days.", DefaultValueFactory = _ => 7 };
        var scope = new Option<string>("--scope") { Description = "The scopes that these clients may have, with spaces between them.", DefaultValueFactory = _ => "" };
        var allow = new Option<string[]>("--allow") { Description = "What these clients may loosen; several times for several." };
        allow.AcceptOnlyFromAmong(RegistrationPermissionNames.All);
        uses.Validators.Add(result => Positive(result.GetValueOrDefault<int>(), result.AddError, "--uses"));
        days.Validators.Add(result => Positive(result.GetValueOrDefault<int>(), result.AddError, "--days"));
        return verbs.WithProgram(
            new Command("invite", "Prints an initial access token (RFC 7591 §3), this once: with it clients register themselves.") { uses, days, scope, allow },
            async (app, parsed, ct) =>
            {
                var options = app.Services.GetRequiredService<AuthorizationServerOptions>();
                var scopes = SelfRegistration.Words(parsed.GetValue(scope) ?? "");
                var known = app.Services.GetRequiredService<ServerTerms>().Current.Scopes;
                if (options.Registration is null || scopes.Except(known).Any())
                {
                    await parsed.InvocationConfiguration.Error.WriteLineAsync(
                        options.Registration is null ? "Registration:Enabled is not true: there is no registration endpoint." : $"--scope: this server has {string.Join(' ', known)}.");
                    return ServerVerbs.BadSettings;
                }

                var permissions = RegistrationPermissionNames.Find(parsed.GetValue(allow) ?? []) ?? RegistrationPermissions.None;
                var token = await app.Services.GetRequiredService<ClientInvitations>().AddAsync(
                    parsed.GetValue(uses), TimeSpan.FromDays(parsed.GetValue(days)), permissions, string.Join(' ', scopes), ct);
                await parsed.InvocationConfiguration.Output.WriteLineAsync(token);
                return 0;
            });
    }

    private static Command Remove(ServerVerbs verbs)
    {
        var id = new Argument<string>("id") { Description = "The client id." };
        return verbs.WithProgram(
            new Command("remove", "Removes a client that registered itself, with all that was granted to it. One in a file goes with its file.") { id },
            async (app, parsed, ct) =>
            {
                var clientId = parsed.GetRequiredValue(id);
                var removed = await app.Services.GetRequiredService<RegisteredClients>().RemoveAsync(clientId, null, ct);
                if (removed && app.Services.GetRequiredService<AuthorizationServerOptions>().ClientRemoved is { } tell)
                {
                    await tell(app.Services, clientId, ct);
                }

                await parsed.InvocationConfiguration.Output.WriteLineAsync(removed ? $"{clientId}: removed." : $"{clientId}: did not register itself.");
                return removed ? 0 : 1;
            });
    }

    private static void Positive(int value, Action<string> fail, string option)
    {
        if (value < 1)
        {
            fail($"{option} is at least 1.");
        }
    }

    private static async Task<(string? Secret, string? Fault)> RotateAsync(IServiceProvider services, string clientId, CancellationToken ct)
    {
        var client = await services.GetRequiredService<Clients>().FindAsync(clientId, ct);
        if (client is not { AuthenticationMethod: ClientAuthenticationMethod.ClientSecretBasic or ClientAuthenticationMethod.ClientSecretPost })
        {
            return (null, client is null ? "is unknown." : "is not registered for client_secret_basic or client_secret_post.");
        }

        var secret = StoredHash.NewSecret();
        var hashes = ReceivedRegistration.Rotate(client.Secrets, secret);
        var file = services.GetRequiredService<ClientDirectory>().FileOf(clientId);
        var done = file is not null ? RewriteFile(file, hashes) : await RewriteRowAsync(services.GetRequiredService<RegisteredClients>(), clientId, hashes, ct);
        return done ? (secret, null) : (null, "changed meanwhile; try again.");
    }

    // Beside it and in its place: whoever reads meanwhile has the one or the other, whole.
    private static bool RewriteFile(string file, IEnumerable<byte[]> hashes)
    {
        var metadata = JsonNode.Parse(File.ReadAllBytes(file))!.AsObject();
        ReceivedRegistration.SetSecrets(metadata, hashes);
        var next = $"{file}.next";
        File.WriteAllText(next, metadata.ToJsonString(Readable) + "\n");
        File.Move(next, file, overwrite: true);
        return true;
    }

    private static async Task<bool> RewriteRowAsync(RegisteredClients clients, string clientId, IEnumerable<byte[]> hashes, CancellationToken ct)
    {
        if (await clients.FindRowAsync(clientId, ct) is not { } row)
        {
            return false;
        }

        var metadata = JsonNode.Parse(row.Registration)!.AsObject();
        ReceivedRegistration.SetSecrets(metadata, hashes);
        return await clients.RewriteAsync(clientId, row.Version, metadata.ToJsonString(), ct);
    }
}
