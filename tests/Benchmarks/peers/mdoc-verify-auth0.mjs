// Verifies with @auth0/mdl, without its check of the certificate's chain: ours remembers a chain that it has validated, this
// library would validate it anew for each presentation, at twice its other cost.
import mdl from '@auth0/mdl';
import { input, presentation, takeTurns } from './turns.mjs';

const verifier = new mdl.Verifier([]);
const transcript = Buffer.from(input.transcript, 'base64');

// The library takes the transcript in a byte string behind tag 24.
const encodedSessionTranscript = Buffer.concat([Buffer.from([0xd8, 0x18, 0x58, transcript.length]), transcript]);

await takeTurns(async () => {
  const { documents } = await verifier.verify(Buffer.from(presentation(), 'base64url'), {
    encodedSessionTranscript,
    disableCertificateChainValidation: true,
  });
  if (documents[0].getIssuerNameSpace('org.example.compatriot-card.1').given_name !== 'Erika') {
    throw new Error('not what was shown');
  }
});
