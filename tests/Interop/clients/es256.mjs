// What the @sd-jwt libraries ask their host for: digests, salts, and ES256 over the platform's own Web Crypto.
import { X509Certificate } from 'node:crypto';

const { subtle } = globalThis.crypto;
const curve = { name: 'ECDSA', namedCurve: 'P-256' };
const es256 = { name: 'ECDSA', hash: 'SHA-256' };

const bytes = (text) => new TextEncoder().encode(text);
const base64url = (data) => Buffer.from(data).toString('base64url');
const part = (token, index) => JSON.parse(Buffer.from(token.split('.')[index], 'base64url'));

export const hasher = async (data, algorithm) =>
  new Uint8Array(await subtle.digest(algorithm.toUpperCase(), typeof data === 'string' ? bytes(data) : data));

export const saltGenerator = (length) => base64url(globalThis.crypto.getRandomValues(new Uint8Array(length)));

export const signer = (jwk) => async (data) => {
  const key = await subtle.importKey('jwk', jwk, curve, false, ['sign']);
  return base64url(await subtle.sign(es256, key, bytes(data)));
};

const verify = async (jwk, data, signature) => {
  const key = await subtle.importKey('jwk', jwk, curve, false, ['verify']);
  return subtle.verify(es256, key, Buffer.from(signature, 'base64url'), bytes(data));
};

/** The public key of the leaf in a token's own x5c, which has to be signed by the authority given as PEM. */
export const leafKey = (token, authority) => {
  const leaf = new X509Certificate(Buffer.from(part(token, 0).x5c[0], 'base64'));
  if (!leaf.verify(new X509Certificate(authority).publicKey)) {
    throw new Error('the leaf of x5c is not signed by the authority');
  }

  return leaf.publicKey.export({ format: 'jwk' });
};

/** Verifies a token with the leaf of its own x5c. */
export const leafVerifier = (authority) => (data, signature) => verify(leafKey(data, authority), data, signature);

/** Verifies a key-binding JWT with the key in cnf. */
export const holderVerifier = (data, signature, claims) => verify(claims.cnf.jwk, data, signature);
