// A wallet on @openid4vc/openid4vci: takes a credential offer and collects a batch, each copy bound to a key of its own.
// With a spoken transaction code it takes the pre-authorized code; without one it says the address to open and is told
// the address at which the browser came back.
import { clientAuthenticationClientAttestationJwt, createClientAttestationJwt, setGlobalConfig } from '@openid4vc/oauth2';
import { Openid4vciClient } from '@openid4vc/openid4vci';
import { Keys, callbacksFor } from './wallet.mjs';
import { listen, say } from './talk.mjs';

// Plain http on localhost.
setGlobalConfig({ allowInsecureUrls: true });

const { offer, configuration, txCode, provider, x5c, clientId, redirectUri } = await listen();

const keys = new Keys();
const callbacks = callbacksFor(keys);
await keys.add(provider);
const clientAttestationJwt = await createClientAttestationJwt({
  callbacks,
  issuer: 'https://wallet-provider.example.org',
  clientId,
  expiresAt: new Date(Date.now() + 3600_000),
  confirmation: { jwk: await keys.generate() },
  signer: { method: 'x5c', alg: 'ES256', x5c },
});
const client = new Openid4vciClient({
  callbacks: { ...callbacks, clientAuthentication: clientAuthenticationClientAttestationJwt({ clientAttestationJwt, callbacks }) },
});

const credentialOffer = await client.resolveCredentialOffer(offer);
const issuerMetadata = await client.resolveIssuerMetadata(credentialOffer.credential_issuer);
const credentialConfigurationId = credentialOffer.credential_configuration_ids.find((id) => !configuration || id === configuration);
const dpop = { signer: { method: 'jwk', alg: 'ES256', publicJwk: await keys.generate() } };

const acrossTheDesk = () =>
  client.retrievePreAuthorizedCodeAccessTokenFromOffer({ credentialOffer, issuerMetadata, txCode, dpop });

const atHome = async () => {
  const { authorizationRequestUrl, pkce, authorizationServer } = await client.initiateAuthorization({
    credentialOffer,
    issuerMetadata,
    clientId,
    redirectUri,
    scope: issuerMetadata.credentialIssuer.credential_configurations_supported[credentialConfigurationId].scope,
    dpop,
  });
  say({ url: authorizationRequestUrl });
  const { callback } = await listen();
  const authorizationServerMetadata = issuerMetadata.authorizationServers.find((server) => server.issuer === authorizationServer);
  const { code, error } = client.parseAndVerifyAuthorizationResponseRedirectUrl({ url: callback, authorizationServerMetadata });
  if (error) {
    throw new Error(`the authorization ended in ${error}`);
  }

  return client.retrieveAuthorizationCodeAccessTokenFromOffer({
    credentialOffer,
    issuerMetadata,
    authorizationCode: code,
    pkceCodeVerifier: pkce.codeVerifier,
    redirectUri,
    dpop,
  });
};

let granted;
try {
  granted = await (txCode ? acrossTheDesk() : atHome());
} catch (error) {
  if (!error.errorResponse) {
    throw error;
  }

  say({ refused: error.errorResponse.error });
  process.exit(0);
}

const { c_nonce: nonce } = await client.requestNonce({ issuerMetadata });
const size = issuerMetadata.credentialIssuer.batch_credential_issuance.batch_size;
const holders = await Promise.all(Array.from({ length: size }, () => keys.generate()));
const proofs = await Promise.all(
  holders.map((publicJwk) =>
    client.createCredentialRequestJwtProof({
      issuerMetadata,
      credentialConfigurationId,
      nonce,
      clientId,
      signer: { method: 'jwk', alg: 'ES256', publicJwk },
    }),
  ),
);

const { credentialResponse } = await client.retrieveCredentials({
  issuerMetadata,
  credentialConfigurationId,
  accessToken: granted.accessTokenResponse.access_token,
  dpop: granted.dpop,
  proofs: { jwt: proofs.map(({ jwt }) => jwt) },
});

say({
  credentialConfigurationId,
  copies: await Promise.all(
    // One for each proof, in their order.
    credentialResponse.credentials.map(async ({ credential }, index) => ({ credential, key: await keys.privateOf(holders[index]) })),
  ),
});
