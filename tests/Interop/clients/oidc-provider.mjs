// The npm package oidc-provider as the provider that people sign in through, with its own development pages for signing in
// and agreeing. The test says under which address it stands and which client it knows; it keeps everything in memory.
import Provider from 'oidc-provider';
import { generateKeyPairSync } from 'node:crypto';
import { listen, say } from './talk.mjs';

const { issuer, client } = await listen();
const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });

const provider = new Provider(issuer, {
  jwks: { keys: [{ ...key, use: 'sig', alg: 'ES256' }] },
  clients: [client],
  subjectTypes: ['public', 'pairwise'],
  pairwiseIdentifier: (_, accountId, { clientId }) => `${accountId} at ${clientId}`,
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  features: {
    pushedAuthorizationRequests: { enabled: true },
    dPoP: { enabled: true },
  },
});

const { hostname, port } = new URL(issuer);
provider.listen(Number(port), hostname, () => say({ listening: true }));
