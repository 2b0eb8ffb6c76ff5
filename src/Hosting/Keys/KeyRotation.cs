namespace IdentityPlatform.Hosting.Keys;

/// <summary>
/// What is due in a key directory, worked out from its files and the time alone. A key is announced (published, so that
/// every cache has it), then active, then retired (published while something that it signed may be alive), then removed.
/// </summary>
internal static class KeyRotation
{
    // Keys that live in this server's own JWKS, or its metadata, alone. The others are pinned, registered or certified elsewhere, or check what
    // is stored for good: somebody has to act there first, so they are renewed by hand.
    private static readonly KeyRole[] Roles = [KeyRole.IdentityTokens, KeyRole.AccessTokens, KeyRole.RequestEncryption];

    /// <summary>The file that signs for each role and algorithm: of several active ones the newest; a file that does not say since when is older than any that does.</summary>
    // A loop, since a query over pairs is compiled at every start.
    public static List<KeySigningFile> Signing(IEnumerable<KeySigningFile> files)
    {
        var signing = new List<KeySigningFile>();
        foreach (var file in files.Where(file => file.State == KeyState.Active))
        {
            var before = signing.FindIndex(other => other.Role == file.Role && other.Algorithm == file.Algorithm);
            if (before < 0)
            {
                signing.Add(file);
            }
            else if (IsNewer(file, signing[before]))
            {
                signing[before] = file;
            }
        }

        return signing;
    }

    /// <summary>
    /// The steps that are due, in their order. After each of them, and so wherever a crash falls, the directory has a key
    /// that signs; a plan made then leads to the same end.
    /// </summary>
    public static IReadOnlyList<RotationStep> Plan(IEnumerable<KeySigningFile> files, RotationPolicy policy, DateTimeOffset now) =>
        [.. files.Where(file => Roles.Contains(file.Role)).GroupBy(file => (file.Role, file.Algorithm)).SelectMany(group => PlanGroup([.. group], policy, now))];

    /// <summary>The step that <c>keys rotate --role</c> takes: announce where nothing is announced, else change over.</summary>
    /// <exception cref="KeyDirectoryException">There is nothing to rotate, or the announced key is not known everywhere yet.</exception>
    public static IReadOnlyList<RotationStep> PlanByHand(IReadOnlyList<KeySigningFile> files, RotationPolicy policy, DateTimeOffset now, bool atOnce)
    {
        var signing = Signing(files).FirstOrDefault();
        if (files.Where(file => file.State == KeyState.Announced).OrderBy(file => file.Since).FirstOrDefault() is not { } next)
        {
            var like = signing ?? files.MaxBy(file => file.Since) ?? throw new KeyDirectoryException("There is no key to rotate: make one with 'keys create'.");
            return [new RotationStep.Announce(like)];
        }

        return atOnce || next.Since is not { } since || since + policy.AnnounceFor <= now
            ? ChangeOver(next, signing, now)
            : throw new KeyDirectoryException(
                $"Key file {next.Path} is announced since {since:u} and may sign from {since + policy.AnnounceFor:u} on, when every service has fetched it; --at-once does not wait.");
    }

    /// <summary>The steps of <c>keys deny</c>: where the key signs, its successor does first.</summary>
    public static IReadOnlyList<RotationStep> PlanDenial(IReadOnlyList<KeySigningFile> files, KeySigningFile file, DateTimeOffset now)
    {
        var deny = new RotationStep.Deny(file, now);
        if (!Roles.Contains(file.Role) || !Signing(files).Contains(file))
        {
            return [deny];
        }

        var next = files.Where(f => f.State == KeyState.Announced && f.Role == file.Role && f.Algorithm == file.Algorithm).OrderBy(f => f.Since).FirstOrDefault();
        return next is null ? [new RotationStep.Replace(file), deny] : [ChangeOver(next, file, now)[0], deny];
    }

    private static bool IsNewer(KeySigningFile file, KeySigningFile other) => file.Since is { } since && (other.Since is not { } otherSince || since > otherSince);

    private static IEnumerable<RotationStep> PlanGroup(List<KeySigningFile> files, RotationPolicy policy, DateTimeOffset now)
    {
        // A file that does not say since when gets a time first: everything else counts from it.
        var silent = files.Where(file => file.Since is null && file.State != KeyState.Denied).ToList();
        if (silent.Count > 0)
        {
            return silent.Select(file => new RotationStep.Stamp(file, now));
        }

        var signing = Signing(files).FirstOrDefault();
        return files.Where(file => file.State == KeyState.Active && file != signing).Select(file => (RotationStep)new RotationStep.Retire(file, now))
            .Concat(Next(files, signing, policy, now))
            .Concat(files.Where(file => file.State == KeyState.Retired && file.Since + policy.KeepRetiredFor <= now).Select(file => new RotationStep.Remove(file)));
    }

    private static List<RotationStep> Next(List<KeySigningFile> files, KeySigningFile? signing, RotationPolicy policy, DateTimeOffset now)
    {
        var announced = files.Where(file => file.State == KeyState.Announced).OrderBy(file => file.Since).FirstOrDefault();
        if (signing is not null)
        {
            if (announced is not null)
            {
                return announced.Since + policy.AnnounceFor <= now ? ChangeOver(announced, signing, now) : [];
            }

            return signing.Since + policy.RotateEvery - policy.AnnounceFor <= now ? [new RotationStep.Announce(signing)] : [];
        }

        // Nothing signs. Where the last key that did was denied, waiting helps nobody: its tokens are refused already.
        if (files.Where(file => file.State != KeyState.Announced).MaxBy(file => file.Since) is { State: KeyState.Denied } denied)
        {
            return announced is not null ? ChangeOver(announced, null, now) : [new RotationStep.Replace(denied)];
        }

        return announced is not null && announced.Since + policy.AnnounceFor <= now ? ChangeOver(announced, null, now) : [];
    }

    // The new key signs before the old one is retired: a break in between leaves two active keys, of which the newer one
    // signs, and never none. Newer it is by its time, whatever the clock of the one who changed over last.
    private static List<RotationStep> ChangeOver(KeySigningFile next, KeySigningFile? signing, DateTimeOffset now)
    {
        var since = signing?.Since >= now.AddSeconds(-1) ? signing.Since.Value.AddSeconds(1) : now;
        return [new RotationStep.Promote(next, since), .. signing is null ? [] : new[] { new RotationStep.Retire(signing, now) }];
    }
}

/// <summary>One change of one file: closed.</summary>
internal abstract record RotationStep
{
    private RotationStep()
    {
    }

    /// <summary>Say in the file since when.</summary>
    public sealed record Stamp(KeySigningFile File, DateTimeOffset Since) : RotationStep;

    /// <summary>Make a key of the same kind, published only.</summary>
    public sealed record Announce(KeySigningFile Like) : RotationStep;

    /// <summary>Publish a key no more: what it signed verifies nowhere.</summary>
    public sealed record Deny(KeySigningFile File, DateTimeOffset Since) : RotationStep;

    /// <summary>Make a key of the same kind that signs at once: the one before it is denied.</summary>
    public sealed record Replace(KeySigningFile Like) : RotationStep;

    /// <summary>Let an announced key sign.</summary>
    public sealed record Promote(KeySigningFile File, DateTimeOffset Since) : RotationStep;

    /// <summary>Keep a key for verifying only.</summary>
    public sealed record Retire(KeySigningFile File, DateTimeOffset Since) : RotationStep;

    /// <summary>Delete a key: nothing that it signed is alive.</summary>
    public sealed record Remove(KeySigningFile File) : RotationStep;
}
