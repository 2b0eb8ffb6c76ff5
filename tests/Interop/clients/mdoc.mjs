// What @owf/mdoc asks its host for: digests, ES256 and certificates, over the platform's own crypto.
import { X509Certificate, createHash, createPrivateKey, createPublicKey, randomBytes, sign, verify } from 'node:crypto';
import { CoseKey } from '@owf/mdoc';

const der = (certificate) => new X509Certificate(Buffer.from(certificate));
const es256 = (key) => ({ key, dsaEncoding: 'ieee-p1363' });
const publicKey = (key) => createPublicKey({ key: key.jwk, format: 'jwk' });

const crypto = {
  random: (length) => new Uint8Array(randomBytes(length)),
  digest: ({ digestAlgorithm, bytes }) => new Uint8Array(createHash(digestAlgorithm.replace('-', '')).update(bytes).digest()),
};

const cose = {
  sign1: {
    sign: ({ toBeSigned, key }) =>
      new Uint8Array(sign('sha256', toBeSigned, es256(createPrivateKey({ key: key.jwk, format: 'jwk' })))),
    verify: ({ key, sign1 }) => verify('sha256', sign1.toBeSigned, es256(publicKey(key)), sign1.signature),
  },
};

const x509 = {
  getIssuerNameField: ({ certificate, field }) =>
    der(certificate)
      .issuer.split('\n')
      .filter((part) => part.startsWith(`${field}=`))
      .map((part) => part.slice(field.length + 1)),
  getPublicKey: ({ certificate }) => CoseKey.fromJwk(der(certificate).publicKey.export({ format: 'jwk' })),
  verifyCertificateChain: ({ trustedCertificates, x5chain }) => {
    if (x5chain.length !== 1 || !trustedCertificates.some((root) => der(x5chain[0]).verify(der(root).publicKey))) {
      throw new Error('the signer is not certified by a trusted root');
    }
  },
  getCertificateData: ({ certificate }) => {
    const { issuer, subject, serialNumber, fingerprint256, validFrom, validTo } = der(certificate);
    return {
      issuerName: issuer,
      subjectName: subject,
      serialNumber,
      thumbprint: fingerprint256,
      notBefore: new Date(validFrom),
      notAfter: new Date(validTo),
      pem: der(certificate).toString(),
    };
  },
};

export const context = { crypto, cose, x509 };

/** The certificate of a PEM text, as the library wants it. */
export const root = (pem) => new Uint8Array(new X509Certificate(pem).raw);
