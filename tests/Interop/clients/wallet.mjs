// What the @openid4vc libraries ask their host for: hashing, random bytes, and JWS and JWE over jose.
import { X509Certificate, createHash, randomBytes } from 'node:crypto';
import { CompactEncrypt, SignJWT, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, jwtVerify } from 'jose';

const publicPart = ({ kty, crv, x, y }) => ({ kty, crv, x, y });

/** The keys of a wallet, each found by its public half. */
export class Keys {
  #keys = new Map();

  async add(privateJwk) {
    this.#keys.set(await calculateJwkThumbprint(privateJwk), privateJwk);
    return publicPart(privateJwk);
  }

  async generate() {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    return this.add(await exportJWK(privateKey));
  }

  async privateOf(publicJwk) {
    return this.#keys.get(await calculateJwkThumbprint(publicJwk));
  }
}

const leafOf = (x5c) => new X509Certificate(Buffer.from(x5c[0], 'base64')).publicKey.export({ format: 'jwk' });
const publicOf = (signer) => (signer.method === 'x5c' ? leafOf(signer.x5c) : signer.publicJwk);

/** The callbacks of CallbackContext. */
export const callbacksFor = (keys) => ({
  hash: (data, algorithm) => createHash(algorithm.replace('-', '')).update(data).digest(),
  generateRandom: (length) => randomBytes(length),
  signJwt: async (signer, { header, payload }) => {
    const jwk = await keys.privateOf(publicOf(signer));
    const jwt = await new SignJWT(payload).setProtectedHeader(header).sign(await importJWK(jwk, signer.alg));
    return { jwt, signerJwk: publicPart(jwk) };
  },
  verifyJwt: async (signer, { compact }) => {
    const signerJwk = publicOf(signer);
    try {
      await jwtVerify(compact, await importJWK(signerJwk, signer.alg));
      return { verified: true, signerJwk };
    } catch {
      return { verified: false, signerJwk };
    }
  },
  encryptJwe: async ({ publicJwk, alg, enc, apu, apv }, data) => {
    const encrypt = new CompactEncrypt(new TextEncoder().encode(data)).setProtectedHeader({ alg, enc, kid: publicJwk.kid });
    const parameters = Object.fromEntries(
      Object.entries({ apu, apv }).filter(([, value]) => value).map(([name, value]) => [name, Buffer.from(value, 'base64url')]),
    );
    const jwe = await encrypt.setKeyManagementParameters(parameters).encrypt(await importJWK(publicJwk, alg));
    return { encryptionJwk: publicJwk, jwe };
  },
  decryptJwe: () => ({ decrypted: false }),
  getX509CertificateMetadata: (certificate) => {
    const names = new X509Certificate(Buffer.from(certificate, 'base64')).subjectAltName?.split(', ') ?? [];
    const named = (kind) => names.filter((name) => name.startsWith(`${kind}:`)).map((name) => name.slice(kind.length + 1));
    return { sanDnsNames: named('DNS'), sanUriNames: named('URI') };
  },
});
