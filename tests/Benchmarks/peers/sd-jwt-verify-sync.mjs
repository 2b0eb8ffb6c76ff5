// Verifies with @sd-jwt/sd-jwt-vc over synchronous node:crypto: the cheapest way to run that library.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc';
import { input, presentation, takeTurns } from './turns.mjs';

const key = (jwk) => ({ key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' });
const issuer = key(input.issuer);
const isSigned = (by, data, signature) => verify('sha256', Buffer.from(data), by, Buffer.from(signature, 'base64url'));

const library = new SDJwtVcInstance({
  hasher: (data, algorithm) => new Uint8Array(createHash(algorithm.replace('-', '')).update(data).digest()),
  verifier: (data, signature) => isSigned(issuer, data, signature),
  kbVerifier: (data, signature, claims) => isSigned(key(claims.cnf.jwk), data, signature),
});

await takeTurns(async () => {
  const { payload, kb } = await library.verify(presentation(), { keyBindingNonce: input.nonce, requiredClaimKeys: ['given_name', 'birthdate'] });
  if (payload.address.country !== 'DE' || kb.payload.aud !== input.clientId) {
    throw new Error('not what was shown');
  }
});
