// Mints with @sd-jwt/sd-jwt-vc and its own Node crypto. The first line is what to mint with; each further one a number of
// milliseconds, answered with the microseconds of processor time of one credential.
import { createInterface } from 'node:readline';
import { ES256, digest, generateSalt } from '@sd-jwt/crypto-nodejs';
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc';

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { list, certificate, holders } = JSON.parse((await lines.next()).value);
const { privateKey } = await ES256.generateKeyPair();
const library = new SDJwtVcInstance({
  hasher: digest, hashAlg: 'sha-256', saltGenerator: generateSalt, signer: await ES256.getSigner(privateKey), signAlg: 'ES256',
});
const frame = {
  _sd: ['given_name', 'family_name', 'birthdate', 'document_number', 'address', 'nationalities', 'issuing_country'],
  address: { _sd: ['street_address', 'locality', 'country'] },
  nationalities: { _sd: [0, 1] },
};

const claims = (made) => ({
  iss: 'https://issuer.example.org',
  vct: 'https://example.org/vct/compatriot-card/1',
  nbf: 1795219200,
  exp: 1802995200,
  cnf: { jwk: holders[made % holders.length] },
  status: { status_list: { idx: made % (1 << 20), uri: list } },
  given_name: 'Erika',
  family_name: 'Mustermann',
  birthdate: '1963-08-12',
  sex: 2,
  document_number: 'CC-0012345678',
  address: { street_address: 'Heidestrasse 17', locality: 'Koeln', country: 'DE' },
  nationalities: ['DE', 'RU'],
  issuing_country: 'RU',
});

let made = 0;
for await (const line of lines) {
  const until = performance.now() + Number(line);
  const before = process.cpuUsage();
  const first = made;
  while (performance.now() < until) {
    made++;
    const credential = await library.issue(claims(made), frame, { header: { x5c: [certificate] } });
    if (credential.split('~').length !== 14) {
      throw new Error('not twelve disclosures');
    }
  }

  const { user, system } = process.cpuUsage(before);
  console.log((user + system) / (made - first));
}
