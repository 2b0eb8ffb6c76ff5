using System.Text.Json;

namespace IdentityPlatform.Interop.Servers;

/// <summary>What became of one offer across the desk, in the hands of wallets on @openid4vc/openid4vci.</summary>
/// <param name="unattested">The answer to a wallet whose provider nobody knows.</param>
/// <param name="wrongCode">The answer to a transaction code that was not the spoken one.</param>
/// <param name="spokenCode">The answer to the spoken code.</param>
internal sealed class DeskVisit(JsonElement unattested, JsonElement wrongCode, JsonElement spokenCode)
{
    public JsonElement Unattested { get; } = unattested;

    public JsonElement WrongCode { get; } = wrongCode;

    public JsonElement SpokenCode { get; } = spokenCode;
}
