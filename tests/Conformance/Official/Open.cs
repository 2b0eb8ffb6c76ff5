namespace IdentityPlatform.Conformance.Official;

/// <summary>What cannot be run yet because the product lacks it: listed on the page as OPEN, never as passed.</summary>
internal static class Open
{
    /// <summary>What is missing, or null when the entry is run.</summary>
    public static string? ReasonFor(Entry entry) => entry.Variant switch
    {
        { Auth: ClientAuth.Mtls } or { Sender: Sender.Mtls } => "client certificates (RFC 8705) are not in the server yet",
        { Dynamic: true } => "registration is not in the server yet",
        _ => null,
    };
}
