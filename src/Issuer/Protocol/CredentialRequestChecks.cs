using IdentityPlatform.Issuer.Catalogue;

namespace IdentityPlatform.Issuer.Protocol;

/// <summary>What an access token lets its wallet collect.</summary>
/// <param name="ClientId">The wallet, or null where a pre-authorised code was redeemed anonymously.</param>
/// <param name="Scopes">The granted scopes.</param>
/// <param name="CredentialIdentifiers">The <c>credential_identifiers</c> of the token response by configuration; empty where scope was used.</param>
public sealed record CredentialGrant(string? ClientId, IReadOnlyList<string> Scopes, IReadOnlyDictionary<string, IReadOnlyList<string>> CredentialIdentifiers)
{
    /// <summary>True when the token is good for this configuration, by scope or by identifier.</summary>
    public bool Covers(CredentialConfiguration configuration) =>
        CredentialIdentifiers.ContainsKey(configuration.Id) || Scopes.Contains(configuration.Scope, StringComparer.Ordinal);
}

/// <summary>The checks of a credential request against the catalogue and the token (OpenID4VCI 1.0 §8.2, §8.3.1.2), in their order.</summary>
public static class CredentialRequestChecks
{
    /// <summary>The configuration to mint, or the first check that failed.</summary>
    public static Checked<CredentialConfiguration> Run(CredentialRequest request, CredentialGrant grant, Deployment deployment)
    {
        var found = request.CredentialIdentifier is { } identifier
            ? ByIdentifier(identifier, grant, deployment)
            : ByConfiguration(request.ConfigurationId!, grant, deployment);
        if (found.Failed(out var failure, out var configuration))
        {
            return failure;
        }

        return request.Proofs.Items.Count <= configuration.Type.BatchSize
            ? configuration
            : new CredentialFailure(CredentialError.InvalidProof, CredentialRule.BatchSize, $"at most {configuration.Type.BatchSize} proofs are accepted in one request");
    }

    private static Checked<CredentialConfiguration> ByIdentifier(string identifier, CredentialGrant grant, Deployment deployment)
    {
        var configuration = grant.CredentialIdentifiers.FirstOrDefault(pair => pair.Value.Contains(identifier, StringComparer.Ordinal)).Key;
        return configuration is not null && deployment.Find(configuration) is { } found
            ? found
            : new CredentialFailure(CredentialError.UnknownCredentialIdentifier, CredentialRule.KnownIdentifier, "the token response gave no such credential_identifier");
    }

    private static Checked<CredentialConfiguration> ByConfiguration(string id, CredentialGrant grant, Deployment deployment)
    {
        if (deployment.Find(id) is not { } configuration)
        {
            return new CredentialFailure(CredentialError.UnknownCredentialConfiguration, CredentialRule.KnownConfiguration, "this issuer has no such credential configuration");
        }

        if (grant.CredentialIdentifiers.ContainsKey(id))
        {
            // §8.2: credential_identifier is required where the token response gave identifiers.
            return new CredentialFailure(
                CredentialError.InvalidCredentialRequest, CredentialRule.IdentifierExpected, "the token response gave credential_identifiers: use one of them");
        }

        return grant.Scopes.Contains(configuration.Scope, StringComparer.Ordinal)
            ? configuration
            : new CredentialFailure(CredentialError.InvalidCredentialRequest, CredentialRule.Authorized, "the access token does not cover this credential configuration");
    }
}
