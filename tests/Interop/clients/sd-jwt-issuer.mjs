// An issuer on @sd-jwt/sd-jwt-vc with a key and, where it has one, a certificate chain of its own.
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc';
import { hasher, saltGenerator, signer } from './es256.mjs';
import { listen, say } from './talk.mjs';

const { key, x5c, claims, frame } = await listen();

const sdjwt = new SDJwtVcInstance({ hasher, saltGenerator, hashAlg: 'sha-256', signer: signer(key), signAlg: 'ES256' });

say({ card: await sdjwt.issue(claims, frame, { header: x5c && { x5c } }) });
