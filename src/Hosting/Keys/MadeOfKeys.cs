namespace IdentityPlatform.Hosting.Keys;

/// <summary>Something that is made of the keys when it is first asked for, and kept until they change: a JWKS, metadata, imported verification keys.</summary>
public sealed class MadeOfKeys<T>(Signer signer, Func<Signer, T> make)
    where T : class
{
    private volatile Made? _made;

    /// <summary>The newest. Threads that meet at a change may each make it; they make the same.</summary>
    public T Value
    {
        get
        {
            var made = _made;

            // Read before it is made: a change in between only leads to making it once more.
            var version = signer.Version;
            if (made?.Version != version)
            {
                _made = made = new(version, make(signer));
            }

            return made.Value;
        }
    }

    private sealed record Made(int Version, T Value);
}
