// Verifies with @sd-jwt/sd-jwt-vc and its own Node crypto: the issuer's key is imported once, the holder's each time.
import { ES256, digest } from '@sd-jwt/crypto-nodejs';
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc';
import { input, presentation, takeTurns } from './turns.mjs';

const library = new SDJwtVcInstance({
  hasher: digest,
  verifier: await ES256.getVerifier(input.issuer),
  kbVerifier: async (data, signature, claims) => (await ES256.getVerifier(claims.cnf.jwk))(data, signature),
});

await takeTurns(async () => {
  const { payload, kb } = await library.verify(presentation(), { keyBindingNonce: input.nonce, requiredClaimKeys: ['given_name', 'birthdate'] });
  if (payload.address.country !== 'DE' || kb.payload.aud !== input.clientId) {
    throw new Error('not what was shown');
  }
});
