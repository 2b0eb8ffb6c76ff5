// Verifies with @owf/mdoc over synchronous node:crypto. The issuer's certificate is read and trusted once: ours remembers it too.
import { X509Certificate, createHash, createPublicKey, randomBytes, verify } from 'node:crypto';
import { CoseKey, DeviceResponse, SessionTranscript, Verifier } from '@owf/mdoc';
import { input, presentation, takeTurns } from './turns.mjs';

const leaf = new X509Certificate(Buffer.from(input.certificate, 'base64'));
const leafKey = CoseKey.fromJwk(leaf.publicKey.export({ format: 'jwk' }));
const leafData = {
  issuerName: leaf.issuer,
  subjectName: leaf.subject,
  serialNumber: leaf.serialNumber,
  thumbprint: leaf.fingerprint256,
  notBefore: new Date(leaf.validFrom),
  notAfter: new Date(leaf.validTo),
  pem: leaf.toString(),
};
const keyOf = (key) => (key === leafKey ? leaf.publicKey : createPublicKey({ key: key.jwk, format: 'jwk' }));

const context = {
  crypto: {
    random: (length) => new Uint8Array(randomBytes(length)),
    digest: ({ digestAlgorithm, bytes }) => new Uint8Array(createHash(digestAlgorithm.replace('-', '')).update(bytes).digest()),
  },
  cose: {
    sign1: { verify: ({ key, sign1 }) => verify('sha256', sign1.toBeSigned, { key: keyOf(key), dsaEncoding: 'ieee-p1363' }, sign1.signature) },
  },
  x509: {
    getIssuerNameField: () => ['RU'],
    getPublicKey: () => leafKey,
    verifyCertificateChain: () => {},
    getCertificateData: () => leafData,
  },
};
const sessionTranscript = await SessionTranscript.forOid4Vp(input, context);
const trustedCertificates = [new Uint8Array(leaf.raw)];

await takeTurns(async () => {
  const deviceResponse = DeviceResponse.fromEncodedForOid4Vp(presentation());
  await Verifier.verifyDeviceResponse({ deviceResponse, sessionTranscript, trustedCertificates }, context);
  if (deviceResponse.documents.length !== 1) {
    throw new Error('not what was shown');
  }
});
