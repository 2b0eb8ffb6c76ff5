// A relying party on openid-client: discovery, PAR, code with PKCE, DPoP, private_key_jwt, ID token, userinfo, refresh.
// Says the address that the person has to open; is told the address at which the browser came back.
import * as client from 'openid-client';
import { listen, say } from './talk.mjs';

const { issuer, clientId, key, redirectUri, scope, prompt } = await listen();

const privateKey = await crypto.subtle.importKey('jwk', key, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
const config = await client.discovery(
  new URL(issuer),
  clientId,
  { id_token_signed_response_alg: 'ES256' },
  client.PrivateKeyJwt({ key: privateKey, kid: key.kid }),
  // Plain http on localhost; ID tokens are verified although they come over the back channel.
  { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] },
);
const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'));

// What a token or pushed request endpoint says in JSON, a resource says in its challenge.
const codeOf = (error) => error.error ?? error.cause?.[0]?.parameters?.error ?? error.message;
const errorOf = (call) => call().then(() => 'none', codeOf);
const orSayRefused = (call) =>
  call().catch((error) => {
    if (!error.error) {
      throw error;
    }

    say({ refused: error.error });
    process.exit(0);
  });

const pkceCodeVerifier = client.randomPKCECodeVerifier();
const [expectedState, expectedNonce] = [client.randomState(), client.randomNonce()];
const url = await orSayRefused(async () =>
  client.buildAuthorizationUrlWithPAR(
    config,
    {
      redirect_uri: redirectUri,
      scope,
      ...(prompt && { prompt }),
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: expectedState,
      nonce: expectedNonce,
    },
    { DPoP },
  ),
);
say({ url: url.href });
const { callback } = await listen();

const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true };
const redeem = () => client.authorizationCodeGrant(config, new URL(callback), checks, undefined, { DPoP });
const tokens = await orSayRefused(redeem);
const claims = tokens.claims();
const userinfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub, { DPoP });

const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP });
// RFC 6749 §6: a server that gives no new refresh token lets the client keep the one it has.
const refreshToken = refreshed.refresh_token ?? tokens.refresh_token;
const userinfoAfterRefresh = await client.fetchUserInfo(config, refreshed.access_token, claims.sub, { DPoP });

// The twins that have to fail: the token without its key, a redeemed code, and what a replay takes with it.
const stranger = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'));
const refusals = {
  userinfoWithAnotherKey: await errorOf(() => client.fetchUserInfo(config, refreshed.access_token, claims.sub, { DPoP: stranger })),
  refreshWithAnotherKey: await errorOf(() => client.refreshTokenGrant(config, refreshToken, undefined, { DPoP: stranger })),
  codeAgain: await errorOf(redeem),
  refreshAfterReplay: await errorOf(() => client.refreshTokenGrant(config, refreshToken, undefined, { DPoP })),
};

say({
  claims,
  userinfo,
  userinfoAfterRefresh,
  tokenType: tokens.token_type,
  scope: tokens.scope,
  idToken: tokens.id_token,
  jwksUri: config.serverMetadata().jwks_uri,
  refusals,
});
