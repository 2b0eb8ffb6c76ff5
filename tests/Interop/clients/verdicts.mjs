// Verdicts on many presentations, one answer for each list of them: null for what is accepted, else why it is refused.
import { DeviceResponse, SessionTranscript, Verifier } from '@owf/mdoc';
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc';
import { hasher, holderVerifier, leafVerifier } from './es256.mjs';
import { context, root } from './mdoc.mjs';
import { listen, say } from './talk.mjs';

const { format, authority, statusList, nonce, clientId, responseUri } = await listen();

const sdjwt = new SDJwtVcInstance({
  hasher,
  verifier: leafVerifier(authority),
  kbVerifier: holderVerifier,
  statusListFetcher: async () => statusList,
});

const verify = {
  'dc+sd-jwt': (presentation) => sdjwt.verify(presentation, { keyBindingNonce: nonce }),
  mso_mdoc: async (presentation) =>
    Verifier.verifyDeviceResponse(
      {
        deviceResponse: DeviceResponse.fromEncodedForOid4Vp(presentation),
        sessionTranscript: await SessionTranscript.forOid4Vp({ clientId, nonce, responseUri }, context),
        trustedCertificates: [root(authority)],
      },
      context,
    ),
}[format];

const verdict = async (presentation) => {
  try {
    await verify(presentation);
    return null;
  } catch (error) {
    return String(error?.message ?? error);
  }
};

for (;;) {
  const { presentations } = await listen();
  const verdicts = [];
  for (const presentation of presentations) verdicts.push(await verdict(presentation));
  say({ verdicts });
}
