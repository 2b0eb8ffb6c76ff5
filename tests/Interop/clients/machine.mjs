// A program without a person on openid-client, and the service that it calls: tokens in the program's own name (RFC 6749 §4.4)
// for one resource (RFC 8707), which asks the provider about them and gets a signed answer (RFC 7662, RFC 9701).
import * as client from 'openid-client';
import { listen, say } from './talk.mjs';

const { issuer, program, service, resource, scope } = await listen();

const importKey = (jwk) => crypto.subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
const configure = async ({ clientId, key }, metadata) => client.discovery(
  new URL(issuer), clientId, metadata, client.PrivateKeyJwt({ key: await importKey(key), kid: key.kid }),
  { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] });
const config = await configure(program, {});
const asService = await configure(service, { introspection_signed_response_alg: 'ES256' });
const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'));
const errorOf = (call) => call().then(() => 'none', (error) => error.error ?? error.code ?? error.message);
const ask = (token) => client.tokenIntrospection(asService, token);

const tokens = await client.clientCredentialsGrant(config, { scope, resource }, { DPoP });
const known = await ask(tokens.access_token);
const stranger = await client.tokenIntrospection(config, tokens.access_token);

say({
  tokenType: tokens.token_type,
  scope: tokens.scope,
  refreshToken: tokens.refresh_token,
  known,
  stranger,
  unknown: await ask('nothing'),
  refusals: {
    anotherScope: await errorOf(() => client.clientCredentialsGrant(config, { scope: 'everything', resource }, { DPoP })),
    anotherResource: await errorOf(() => client.clientCredentialsGrant(config, { scope, resource: 'https://another.example' }, { DPoP })),
    // RFC 7009 §2.2.1: such a token ends within minutes, and there is nothing behind it that could be revoked.
    revoke: await errorOf(() => client.tokenRevocation(config, tokens.access_token)),
    noProof: await errorOf(() => client.clientCredentialsGrant(config, { scope, resource })),
  },
});
