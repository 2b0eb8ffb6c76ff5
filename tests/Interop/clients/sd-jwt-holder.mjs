// A holder on @sd-jwt/sd-jwt-vc: verifies the card that it was given, status included, and presents parts of it.
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc';
import { hasher, leafVerifier, saltGenerator, signer } from './es256.mjs';
import { listen, say } from './talk.mjs';

const { card, authority, statusList, holder, disclose, audience, nonce } = await listen();

const sdjwt = new SDJwtVcInstance({
  hasher,
  saltGenerator,
  verifier: leafVerifier(authority),
  kbSigner: signer(holder),
  kbSignAlg: 'ES256',
  // Without a list in hand the library fetches it from the card's own status_list.uri.
  ...(statusList && { statusListFetcher: async () => statusList }),
});

const { payload, header } = await sdjwt.verify(card);
const disclosable = await sdjwt.presentableKeys(card);
const presentation = await sdjwt.present(card, disclose, {
  kb: { payload: { iat: Math.floor(Date.now() / 1000), aud: audience, nonce } },
});

say({ payload, header, disclosable, presentation });
