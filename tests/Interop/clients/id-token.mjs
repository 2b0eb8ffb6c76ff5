// jose on its own: takes the key set of a provider and verifies an ID token with it.
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { listen, say } from './talk.mjs';

const { jwksUri, idToken, issuer, audience } = await listen();

try {
  const { payload, protectedHeader } = await jwtVerify(idToken, createRemoteJWKSet(new URL(jwksUri)), {
    issuer,
    audience,
    algorithms: ['ES256'],
    requiredClaims: ['sub', 'iat', 'exp', 'nonce', 'auth_time', 'acr'],
  });
  say({ payload, protectedHeader });
} catch (error) {
  say({ refused: error.code });
}
