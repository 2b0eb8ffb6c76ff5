// A verifier on @sd-jwt/sd-jwt-vc: signature by the leaf of x5c, digests, status, and the holder's key binding.
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc';
import { hasher, holderVerifier, leafVerifier } from './es256.mjs';
import { listen, say } from './talk.mjs';

const { presentation, authority, statusList, nonce } = await listen();

const sdjwt = new SDJwtVcInstance({
  hasher,
  verifier: leafVerifier(authority),
  kbVerifier: holderVerifier,
  ...(statusList && { statusListFetcher: async () => statusList }),
});

try {
  const { payload, kb } = await sdjwt.verify(presentation, { keyBindingNonce: nonce });
  say({ payload, audience: kb.payload.aud });
} catch (error) {
  say({ refused: error.message });
}
