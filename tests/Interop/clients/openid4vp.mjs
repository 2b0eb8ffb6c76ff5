// A wallet on @openid4vc/openid4vp that holds one card in @sd-jwt/sd-jwt-vc: reads the verifier's request, discloses what
// the query asks for, binds it to the request, and sends it encrypted.
import { setGlobalConfig } from '@openid4vc/oauth2';
import { Openid4vpClient } from '@openid4vc/openid4vp';
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc';
import { hasher, saltGenerator, signer } from './es256.mjs';
import { Keys, callbacksFor } from './wallet.mjs';
import { listen, say } from './talk.mjs';

// Plain http on localhost.
setGlobalConfig({ allowInsecureUrls: true });

const { link, card, holder, alsoDisclose } = await listen();

const client = new Openid4vpClient({ callbacks: callbacksFor(new Keys()) });
const parameters = Object.fromEntries(new URL(link).searchParams);
const { authorizationRequestPayload, client: verifier, dcql } = await client.resolveOpenId4vpAuthorizationRequest({
  authorizationRequestPayload: parameters,
});

// A claims path pointer of names as a presentation frame: ["a", "b"] is { a: { b: true } }.
const [query] = dcql.query.credentials;
const frameOf = (paths) => {
  const frame = {};
  for (const path of paths) {
    const parent = path.slice(0, -1).reduce((level, name) => (level[name] ??= {}), frame);
    parent[path.at(-1)] = true;
  }

  return frame;
};

const sdjwt = new SDJwtVcInstance({ hasher, saltGenerator, kbSigner: signer(holder), kbSignAlg: 'ES256' });
const presentation = await sdjwt.present(card, frameOf([...query.claims.map(({ path }) => path), ...(alsoDisclose ?? [])]), {
  kb: {
    payload: {
      iat: Math.floor(Date.now() / 1000),
      aud: authorizationRequestPayload.client_id,
      nonce: authorizationRequestPayload.nonce,
    },
  },
});

const response = await client.createOpenid4vpAuthorizationResponse({
  authorizationRequestPayload,
  authorizationResponsePayload: { vp_token: { [query.id]: [presentation] } },
  jarm: {
    encryption: { nonce: crypto.randomUUID() },
    serverMetadata: {
      authorization_signing_alg_values_supported: [],
      authorization_encryption_alg_values_supported: ['ECDH-ES'],
      authorization_encryption_enc_values_supported: ['A128GCM', 'A256GCM'],
    },
  },
});
const submitted = await client.submitOpenid4vpAuthorizationResponse({
  authorizationRequestPayload,
  authorizationResponsePayload: response.authorizationResponsePayload,
  jarm: response.jarm,
});

say({
  verifier: verifier.prefix,
  responseMode: submitted.responseMode,
  status: submitted.response.status,
  answer: await submitted.response.json(),
});
