using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;
using IdentityPlatform.OAuth.Tokens;

namespace IdentityPlatform.OAuth.Grants;

/// <summary>
/// <c>authorization_code</c> (RFC 6749 §4.1.3). The code is spent in the unit of work that keeps what comes of it, where one of
/// many wins; a try that fails spends it too: a wrong guess costs it.
/// </summary>
internal sealed class AuthorizationCodeGrant(AuthorizationCodes codes, StoredGrants grants, RefusalLog log, TimeProvider time, PersonTokens personTokens) : PersonGrant(grants, personTokens)
{
    public override string GrantType => GrantTypes.AuthorizationCode;

    protected override async Task<Checked<UsableGrant>> RedeemAsync(TokenRequest request, CancellationToken ct)
    {
        if (request.Form["code"] is not { } code)
        {
            return new Refusal(Rule.MissingParameter, OAuthErrors.InvalidRequest, "code is missing");
        }

        var (key, clientId) = (new CodeKey(code, request.Client.Client.Id, time.GetUtcNow()), request.Client.Client.Id);
        if (await codes.FindAsync(key, ct) is not { } found)
        {
            return Explain(clientId, await codes.SpendAsync(key, ct)) ?? Refuse(Rule.CodeUnknown, Unknown);
        }

        if (CodeChecks.Run(found.Binding, request.Form, request.ProofThumbprint, request.Client.InstanceThumbprint) is { } broken)
        {
            await codes.SpendAsync(key, ct);
            return broken;
        }

        return (await OpenAsync(found, ct)).Refused(out var refusal, out var opened)
            ? refusal
            : new UsableGrant(opened, opened.Grant.Content.Scopes)
            {
                SpendAsync = async (connection, transaction) => Explain(clientId, await AuthorizationCodes.SpendAsync(connection, transaction, key)),
            };
    }

    private const string Unknown = "the code is unknown or expired";

    private Refusal? Explain(string clientId, CodeSpending spending)
    {
        if (spending is CodeSpending.Replayed replayed)
        {
            log.WriteReplay(clientId, replayed.GrantId);
            return Refuse(Rule.CodeReplay, "the code was used before");
        }

        return spending is CodeSpending.Spent ? null : Refuse(Rule.CodeUnknown, Unknown);
    }
}
