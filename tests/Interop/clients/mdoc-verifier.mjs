// A verifier on @owf/mdoc: issuer, digests, validity, and the device's signature over its own transcript.
import { DeviceResponse, SessionTranscript, Verifier } from '@owf/mdoc';
import { context, root } from './mdoc.mjs';
import { listen, say } from './talk.mjs';

const { presentation, authority, clientId, nonce, responseUri } = await listen();

try {
  const deviceResponse = DeviceResponse.fromEncodedForOid4Vp(presentation);
  await Verifier.verifyDeviceResponse(
    {
      deviceResponse,
      sessionTranscript: await SessionTranscript.forOid4Vp({ clientId, nonce, responseUri }, context),
      trustedCertificates: [root(authority)],
    },
    context,
  );
  const [{ issuerSigned }] = deviceResponse.documents;
  say({
    elements: Object.fromEntries(
      [...issuerSigned.issuerNamespaces.issuerNamespaces].map(([space, items]) => [
        space,
        Object.fromEntries(items.map((item) => [item.elementIdentifier, item.elementValue])),
      ]),
    ),
  });
} catch (error) {
  say({ refused: error.message });
}
