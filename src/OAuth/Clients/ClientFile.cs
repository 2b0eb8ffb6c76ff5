using IdentityPlatform.Formats;

namespace IdentityPlatform.OAuth.Clients;

/// <summary>One client's file: RFC 7591 member names, read strictly. A member that nothing would obey is refused, not ignored.</summary>
internal static class ClientFile
{
    /// <exception cref="ClientFileException">Names the file and the member.</exception>
    public static Client Parse(string file, ReadOnlySpan<byte> json)
    {
        if (StrictJson.ParseObject(json).Failed(out var failure, out var value))
        {
            throw new ClientFileException(file, failure.Fact);
        }

        foreach (var member in value.Element.EnumerateObject())
        {
            if (!ClientMembers.IsKnown(member.Name))
            {
                throw new ClientFileException(file, $"{member.Name} is not known here");
            }
        }

        return ClientRegistration.Parse(value.Element).Refused(out var refusal, out var client)
            ? throw new ClientFileException(file, refusal.Description)
            : client;
    }
}
