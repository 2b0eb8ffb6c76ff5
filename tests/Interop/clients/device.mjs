// A device without a browser on openid-client (RFC 8628): says the address and the code that it would show, and waits for the person.
import * as client from 'openid-client';
import { listen, say } from './talk.mjs';

const { issuer, clientId, key, scope } = await listen();

const privateKey = await crypto.subtle.importKey('jwk', key, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
const config = await client.discovery(
  new URL(issuer), clientId, { id_token_signed_response_alg: 'ES256' }, client.PrivateKeyJwt({ key: privateKey, kid: key.kid }),
  { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] });
const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'));

const started = await client.initiateDeviceAuthorization(config, { scope });
say({ url: started.verification_uri_complete, page: started.verification_uri, userCode: started.user_code });
try {
  const tokens = await client.pollDeviceAuthorizationGrant(config, started, undefined, { DPoP });
  const userinfo = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub, { DPoP });
  say({ tokenType: tokens.token_type, claims: tokens.claims(), userinfo });
} catch (error) {
  if (!error.error) {
    throw error;
  }

  say({ refused: error.error });
}
