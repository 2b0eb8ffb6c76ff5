// A relying party on openid-client as FAPI 2.0 with Message Signing wants it, with the library's own checks on: signed request
// (JAR) pushed (PAR), signed answer (JARM), DPoP, private_key_jwt, signed userinfo; then refresh, revocation and sign-out.
// It does everything right but for the one thing that the test names as wrong.
import * as client from 'openid-client';
import { listen, say } from './talk.mjs';

const { issuer, clientId, key, redirectUri, postLogoutRedirectUri, scope, prompt, wrong } = await listen();

const importKey = (jwk) => crypto.subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
const signingKey = { key: await importKey(key), kid: key.kid };
const config = await client.discovery(
  new URL(issuer),
  clientId,
  {
    id_token_signed_response_alg: 'ES256',
    authorization_signed_response_alg: 'ES256',
    userinfo_signed_response_alg: 'ES256',
    use_mtls_endpoint_aliases: false,
  },
  client.PrivateKeyJwt(signingKey),
  // Plain http on localhost; every signature is verified, answers count when they are signed.
  { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks, client.useJwtResponseMode] },
);
const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'));

const told = (error) => ({ code: error.code, error: error.error, cause: error.cause?.message });
const end = (result) => {
  say(result);
  process.exit(0);
};
const step = (name, call) =>
  call().catch((error) => {
    if (!error.code) {
      throw error;
    }

    return end({ step: name, ...told(error) });
  });
const errorOf = (call) => call().then(() => 'none', (error) => error.error ?? error.cause?.[0]?.parameters?.error ?? error.code ?? error.message);
const altered = (text) => text.slice(0, -9) + (text.at(-9) === 'A' ? 'B' : 'A') + text.slice(-8);

const pkceCodeVerifier = client.randomPKCECodeVerifier();
const [expectedState, expectedNonce] = [client.randomState(), client.randomNonce()];
const parameters = {
  redirect_uri: redirectUri,
  scope,
  prompt,
  code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
  code_challenge_method: 'S256',
  state: expectedState,
  nonce: expectedNonce,
  ...(wrong === 'the code in the address' && { response_mode: 'query' }),
};
const otherKey = { key: (await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign'])).privateKey, kid: key.kid };
const request = wrong === 'an unsigned request'
  ? parameters
  : (await client.buildAuthorizationUrlWithJAR(config, parameters, wrong === 'a request by another key' ? otherKey : signingKey)).searchParams;
const url = await step('push', () => client.buildAuthorizationUrlWithPAR(config, request, { DPoP }));
say({ url: url.href });

const { callback } = await listen();
const back = new URL(callback);
if (wrong === 'an altered answer') {
  back.searchParams.set('response', altered(back.searchParams.get('response')));
}

const checks = { pkceCodeVerifier, expectedState: wrong === 'another state' ? client.randomState() : expectedState, expectedNonce, idTokenExpected: true };
const redeem = () => client.authorizationCodeGrant(config, back, checks, undefined, { DPoP });
const tokens = await step('redeem', redeem);
const claims = tokens.claims();
const userinfo = await step('userinfo', () => client.fetchUserInfo(config, tokens.access_token, claims.sub, { DPoP }));
const refreshed = await step('refresh', () => client.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP }));
await step('revoke', () => client.tokenRevocation(config, refreshed.refresh_token ?? tokens.refresh_token));

say({
  answer: [...back.searchParams.keys()],
  answerHeader: JSON.parse(Buffer.from(back.searchParams.get('response').split('.')[0], 'base64url')),
  claims,
  userinfo,
  tokenType: tokens.token_type,
  refreshedType: refreshed.token_type,
  refreshedSub: refreshed.claims()?.sub,
  afterRevocation: {
    refresh: await errorOf(() => client.refreshTokenGrant(config, refreshed.refresh_token ?? tokens.refresh_token, undefined, { DPoP })),
    userinfo: await errorOf(() => client.fetchUserInfo(config, refreshed.access_token, claims.sub, { DPoP })),
  },
  signOut: client.buildEndSessionUrl(config, { id_token_hint: tokens.id_token, post_logout_redirect_uri: postLogoutRedirectUri, state: expectedState }).href,
  state: expectedState,
});
