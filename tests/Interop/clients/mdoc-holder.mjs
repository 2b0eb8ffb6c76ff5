// A holder on @owf/mdoc: checks what an issuer sent with every check of the library, and presents some elements of it.
import { CoseKey, DeviceRequest, DocRequest, Holder, IssuerSigned, ItemsRequest, SessionTranscript } from '@owf/mdoc';
import { context, root } from './mdoc.mjs';
import { listen, say } from './talk.mjs';

const { card, authority, holder, docType, disclose, clientId, nonce, responseUri } = await listen();

try {
  const issuerSigned = IssuerSigned.fromEncodedForOid4Vci(card);
  await Holder.verifyIssuerSigned({ issuerSigned, trustedCertificates: [root(authority)] }, context);

  const deviceResponse = await Holder.createDeviceResponseForDeviceRequest(
    {
      deviceRequest: DeviceRequest.create({
        docRequests: [DocRequest.create({ itemsRequest: ItemsRequest.create({ docType, namespaces: disclose }) })],
      }),
      sessionTranscript: await SessionTranscript.forOid4Vp({ clientId, nonce, responseUri }, context),
      issuerSigned: [issuerSigned],
      // The library takes the signature's algorithm from the key.
      signature: { signingKey: CoseKey.fromJwk({ ...holder, alg: 'ES256' }) },
    },
    context,
  );
  say({
    docType: issuerSigned.issuerAuth.mobileSecurityObject.docType,
    names: [...issuerSigned.issuerNamespaces.issuerNamespaces].flatMap(([space, items]) =>
      items.map((item) => `${space} ${item.elementIdentifier}`),
    ),
    presentation: deviceResponse.encodedForOid4Vp,
  });
} catch (error) {
  say({ refused: error.message });
}
