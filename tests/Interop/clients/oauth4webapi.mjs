// A relying party on oauth4webapi, one validation of the library after another: discovery, pushed request, answer at the
// redirect URI, code, ID token with its signature, userinfo, refresh, revocation. It does everything right but for the one
// thing that the test names as wrong, and says at which step what was refused by whom.
import * as oauth from 'oauth4webapi';
import { listen, say } from './talk.mjs';

const { issuer, clientId, key, redirectUri, scope, wrong } = await listen();

const insecure = { [oauth.allowInsecureRequests]: true }; // plain http on localhost
const client = { client_id: clientId, id_token_signed_response_alg: 'ES256' };
const importKey = (jwk) => crypto.subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
const signingKey = { key: await importKey(key), kid: key.kid };
const keyPair = await oauth.generateKeyPair('ES256');
const proofs = oauth.DPoP(client, keyPair);
const now = () => Math.floor(Date.now() / 1000);
const seen = { steps: [], nonceAsked: [] };

// A proof that is right but for one thing; it still says the nonce that the server wants.
const proofsWith = (change, pair = keyPair) => {
  const handle = oauth.DPoP(client, pair, { [oauth.modifyAssertion]: (_header, payload) => change(payload) });
  return handle;
};
const stranger = async () => proofsWith(() => {}, await oauth.generateKeyPair('ES256'));
const assertionWith = (change) => oauth.PrivateKeyJwt(signingKey, { [oauth.modifyAssertion]: (_header, payload) => change(payload) });

// Sends a request as it is, and again as it was.
const twice = async (url, init) => {
  await fetch(url, init);
  return fetch(url, init);
};
// Sends every request with the proof of the first.
const sameProof = () => {
  let proof;
  return (url, init) => {
    proof ??= new Headers(init.headers).get('dpop');
    const headers = new Headers(init.headers);
    headers.set('dpop', proof);
    return fetch(url, { ...init, headers });
  };
};
const altered = (text) => (text[0] === 'A' ? 'B' : 'A') + text.slice(1);

const faults = {
  'push: an assertion for another audience': { push: { auth: assertionWith((claims) => { claims.aud = 'https://another.example'; }) } },
  'push: an assertion of an hour ago': { push: { auth: assertionWith((claims) => { claims.iat -= 3600; claims.nbf -= 3600; claims.exp -= 3600; }) } },
  'push: an assertion that was used': { push: { fetch: twice } },
  'push: a key that is not registered': { push: { auth: oauth.PrivateKeyJwt((await oauth.generateKeyPair('ES256')).privateKey) } },
  'push: another redirect URI': { push: { parameters: { redirect_uri: `${redirectUri}/another` } } },
  'push: no code challenge': { push: { parameters: { code_challenge: undefined, code_challenge_method: undefined } } },
  'push: the plain code challenge': { push: { parameters: { code_challenge_method: 'plain' } } },
  'push: another response type': { push: { parameters: { response_type: 'token' } } },
  'push: a scope that is not registered': { push: { parameters: { scope: 'openid profile' } } },
  'push: the key of another in dpop_jkt': { push: { parameters: { dpop_jkt: 'A'.repeat(43) } } },
  'answer: another state': { answer: (url) => url.searchParams.set('state', 'another') },
  'answer: another issuer': { answer: (url) => url.searchParams.set('iss', 'https://another.example') },
  'answer: no issuer': { answer: (url) => url.searchParams.delete('iss') },
  'answer: a second code': { answer: (url) => url.searchParams.append('code', 'another') },
  'redeem: an altered code': { answer: (url) => url.searchParams.set('code', altered(url.searchParams.get('code'))) },
  'redeem: another verifier': { redeem: { verifier: oauth.generateRandomCodeVerifier() } },
  'redeem: no verifier': { redeem: { verifier: oauth.nopkce } },
  'redeem: another redirect URI': { redeem: { redirectUri: `${redirectUri}/another` } },
  'redeem: no proof': { redeem: { proofs: null } },
  'redeem: a proof by another key': { redeem: { proofs: await stranger() } },
  'redeem: a proof for another address': { redeem: { proofs: proofsWith((claims) => { claims.htu = `${issuer}/another`; }) } },
  'redeem: a proof for another method': { redeem: { proofs: proofsWith((claims) => { claims.htm = 'GET'; }) } },
  'redeem: a proof of an hour ago': { redeem: { proofs: proofsWith((claims) => { claims.iat -= 3600; }) } },
  'redeem: a proof with another nonce': { redeem: { proofs: proofsWith((claims) => { claims.nonce = 'another'; }), insists: true } },
  'redeem: a proof that was used': { redeem: { fetch: sameProof(), before: true } },
  'redeem: an assertion of another client': { redeem: { auth: assertionWith((claims) => { claims.sub = 'another'; }) } },
  'ID token: another nonce': { expect: { nonce: oauth.generateRandomNonce() } },
  'ID token: no nonce': { expect: { nonce: oauth.expectNoNonce } },
  'ID token: another audience': { expect: { client: { ...client, client_id: 'another' } } },
  'ID token: another issuer': { expect: { as: (as) => ({ ...as, issuer: 'https://another.example' }) } },
  'ID token: another algorithm': { expect: { client: { ...client, id_token_signed_response_alg: 'PS256' } } },
  'ID token: a sign-in that is too old': { expect: { client: { ...client, [oauth.clockSkew]: 60 }, maxAge: 1 } },
  'userinfo: no proof': { userinfo: { proofs: undefined } },
  'userinfo: a proof by another key': { userinfo: { proofs: await stranger() } },
  'userinfo: a proof without the token': { userinfo: { proofs: proofsWith((claims) => { delete claims.ath; }) } },
  'userinfo: a proof that was used': { userinfo: { fetch: twice } },
  'userinfo: an altered token': { userinfo: { token: (token) => `${token.slice(0, -8)}AAAAAAAA` } },
  'userinfo: another subject': { userinfo: { subject: 'another' } },
  'refresh: a proof by another key': { refresh: { proofs: await stranger() } },
  'refresh: no proof': { refresh: { proofs: null } },
  'refresh: an altered token': { refresh: { token: altered } },
  'refresh: after revocation': { refresh: { revoked: true } },
};
if (wrong && !faults[wrong]) {
  throw new Error(`no fault is called ${wrong}`);
}
const fault = { push: {}, redeem: {}, expect: {}, userinfo: {}, refresh: {}, ...faults[wrong] };

const end = (result) => {
  say(result);
  process.exit(0);
};
// What the library says of a refusal: its own code, and the server's error where it was the server.
const refusal = (error) => ({
  code: error.code,
  error: error.error ?? error.cause?.[0]?.parameters?.error,
  status: error.status,
  scheme: error.cause?.[0]?.scheme,
});
// RFC 9449 §8: the library remembers the nonce that the server asked for; the request is made again.
const step = async (name, call) => {
  try {
    seen.steps.push(name);
    return await call().catch((error) => {
      if (!oauth.isDPoPNonceError(error) || fault[name]?.insists) {
        throw error;
      }

      seen.nonceAsked.push(name);
      return call();
    });
  } catch (error) {
    if (!error.code) {
      throw error;
    }

    return end({ step: name, ...refusal(error), ...seen });
  }
};
const options = ({ proofs: own, fetch: ownFetch }) => ({
  ...insecure,
  DPoP: own === undefined ? proofs : (own ?? undefined),
  ...(ownFetch && { [oauth.customFetch]: ownFetch }),
});

const as = await step('discovery', async () =>
  oauth.processDiscoveryResponse(new URL(issuer), await oauth.discoveryRequest(new URL(issuer), insecure)));

const verifier = oauth.generateRandomCodeVerifier();
const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
const parameters = {
  response_type: 'code',
  redirect_uri: redirectUri,
  scope,
  prompt: 'consent',
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  state,
  nonce,
  ...fault.push.parameters,
};
const pushed = await step('push', async () =>
  oauth.processPushedAuthorizationResponse(
    as,
    client,
    await oauth.pushedAuthorizationRequest(
      as, client, fault.push.auth ?? oauth.PrivateKeyJwt(signingKey),
      Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined)), options(fault.push)),
  ));
const url = new URL(as.authorization_endpoint);
url.searchParams.set('client_id', clientId);
url.searchParams.set('request_uri', pushed.request_uri);
say({ url: url.href });

const { callback } = await listen();
const back = new URL(callback);
fault.answer?.(back);
const answer = await step('answer', async () => oauth.validateAuthResponse(as, client, back, state));

const expected = { as: fault.expect.as?.(as) ?? as, client: fault.expect.client ?? client };
const redeem = (change, from = answer) => oauth.authorizationCodeGrantRequest(
  as, client, change.auth ?? oauth.PrivateKeyJwt(signingKey), from, change.redirectUri ?? redirectUri, change.verifier ?? verifier, options(change));
if (fault.redeem.before) {
  faults['redeem: an altered code'].answer(back);
  await redeem(fault.redeem, oauth.validateAuthResponse(as, client, back, state));
}
let redeemed;
const tokens = await step('redeem', async () => {
  redeemed = await redeem(fault.redeem);
  return oauth.processAuthorizationCodeResponse(expected.as, expected.client, redeemed, {
    expectedNonce: fault.expect.nonce ?? nonce,
    maxAge: fault.expect.maxAge,
    requireIdToken: true,
  });
});
await step('ID token signature', () => oauth.validateApplicationLevelSignature(as, redeemed, insecure));
const claims = oauth.getValidatedIdTokenClaims(tokens);

const userinfo = await step('userinfo', async () =>
  oauth.processUserInfoResponse(
    as,
    client,
    fault.userinfo.subject ?? claims.sub,
    'proofs' in fault.userinfo && !fault.userinfo.proofs
      ? await oauth.userInfoRequest(as, client, tokens.access_token, insecure)
      : await oauth.userInfoRequest(as, client, fault.userinfo.token?.(tokens.access_token) ?? tokens.access_token, options(fault.userinfo)),
  ));

const revoke = (token) => step('revoke', async () =>
  oauth.processRevocationResponse(await oauth.revocationRequest(as, client, oauth.PrivateKeyJwt(signingKey), token, insecure)));
if (fault.refresh.revoked) {
  await revoke(tokens.refresh_token);
}
const refreshed = await step('refresh', async () =>
  oauth.processRefreshTokenResponse(
    as,
    client,
    await oauth.refreshTokenGrantRequest(
      as, client, oauth.PrivateKeyJwt(signingKey), fault.refresh.token?.(tokens.refresh_token) ?? tokens.refresh_token, options(fault.refresh)),
  ));
await revoke(refreshed.refresh_token ?? tokens.refresh_token);
end({ claims, userinfo, tokenType: tokens.token_type, refreshedType: refreshed.token_type, authTimeAge: now() - claims.auth_time, ...seen });
