using System.CommandLine;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Hosting.Storage;
using Microsoft.AspNetCore.Builder;

namespace IdentityPlatform.Hosting;

/// <summary>What a server is made of: <see cref="ServerCommands"/> runs it.</summary>
public sealed class ServerProgram
{
    /// <summary>A short name in lower case, such as <c>idp</c>: for the audit log, shared keys and help.</summary>
    public required string Name { get; init; }

    /// <summary>The ES256 keys without which the server does not start; <c>keys create</c> makes them.</summary>
    public required IReadOnlyList<KeyRole> Keys { get; init; }

    /// <summary>Keys beside these that <c>keys create</c> makes; the server starts without them.</summary>
    public IReadOnlyList<(KeyRole Role, JwsAlgorithm Algorithm)> MoreKeys { get; init; } = [];

    /// <summary>The secrets without which the server does not start; <c>keys create</c> makes them.</summary>
    public required IReadOnlyList<SecretRole> Secrets { get; init; }

    /// <summary>The migrations beside those of Hosting.</summary>
    public IReadOnlyList<MigrationSet> Migrations { get; init; } = [];

    /// <summary>What <c>keys create</c> makes.</summary>
    internal KeyNeeds Needs => new("", [.. Keys.Select(role => (role, JwsAlgorithm.ES256)), .. MoreKeys], Secrets);

    /// <summary>Registers services; the platform's own are there already.</summary>
    public required Action<WebApplicationBuilder, ServerSettings> Services { get; init; }

    /// <summary>Maps endpoints; health is mapped already.</summary>
    public required Action<WebApplication> Endpoints { get; init; }

    /// <summary>Verbs of this program alone.</summary>
    public Func<ServerVerbs, IEnumerable<Command>> Verbs { get; init; } = _ => [];
}
