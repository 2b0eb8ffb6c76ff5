// An issuer on @owf/mdoc.
import { CoseKey, DeviceKey, Issuer, SignatureAlgorithm } from '@owf/mdoc';
import { context } from './mdoc.mjs';
import { listen, say } from './talk.mjs';

const { docType, elements, issuer, x5c, holder, validFrom, validUntil } = await listen();

const builder = new Issuer(docType, context);
for (const [space, values] of Object.entries(elements)) {
  builder.addIssuerNamespace(space, values);
}

const issuerSigned = await builder.sign({
  signingKey: CoseKey.fromJwk(issuer),
  algorithm: SignatureAlgorithm.ES256,
  digestAlgorithm: 'SHA-256',
  validityInfo: { signed: new Date(validFrom), validFrom: new Date(validFrom), validUntil: new Date(validUntil) },
  deviceKeyInfo: { deviceKey: DeviceKey.fromJwk(holder) },
  certificates: x5c.map((certificate) => new Uint8Array(Buffer.from(certificate, 'base64'))),
});
say({ card: issuerSigned.encodedForOid4Vci });
