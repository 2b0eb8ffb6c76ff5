// oidc-provider as the benchmarks run it: everything in memory, ES256, JWT access tokens, a person who is signed in at once.
//   node oidc-provider.mjs PORT CLIENT_ID CLIENT_SECRET REDIRECT_URI RESOURCE
import { generateKeyPairSync } from 'node:crypto';
import Provider from 'oidc-provider';

const [port, clientId, clientSecret, redirectUri, resource] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;

// The bundled adapter keeps the newest thousand entries and forgets the rest; under load that would lose live tokens.
// This one forgets nothing but what was spent or revoked.
class MapAdapter {
  static models = new Map();
  static grants = new Map();

  constructor(name) {
    this.name = name;
    if (!MapAdapter.models.has(name)) MapAdapter.models.set(name, new Map());
    this.entries = MapAdapter.models.get(name);
  }

  async upsert(id, payload) {
    this.entries.set(id, payload);
    if (payload.grantId && this.name !== 'Grant' && this.name !== 'Session') {
      const ofGrant = MapAdapter.grants.get(payload.grantId);
      if (ofGrant) ofGrant.push([this.entries, id]);
      else MapAdapter.grants.set(payload.grantId, [[this.entries, id]]);
    }
  }

  async find(id) { return this.entries.get(id); }

  async findByUid(uid) {
    for (const payload of this.entries.values()) if (payload.uid === uid) return payload;
    return undefined;
  }

  async findByUserCode(userCode) {
    for (const payload of this.entries.values()) if (payload.userCode === userCode) return payload;
    return undefined;
  }

  async consume(id) { this.entries.get(id).consumed = Math.floor(Date.now() / 1000); }

  async destroy(id) { this.entries.delete(id); }

  async revokeByGrantId(grantId) {
    for (const [entries, id] of MapAdapter.grants.get(grantId) ?? []) entries.delete(id);
    MapAdapter.grants.delete(grantId);
  }
}

const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
const provider = new Provider(issuer, {
  adapter: MapAdapter,
  jwks: { keys: [{ ...key, use: 'sig', alg: 'ES256' }] },
  clients: [{
    client_id: clientId,
    client_secret: clientSecret,
    token_endpoint_auth_method: 'client_secret_basic',
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    response_types: ['code'],
    redirect_uris: [redirectUri],
    id_token_signed_response_alg: 'ES256',
  }],
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  pkce: { required: () => true },
  // offline_access asks for consent at every visit here; a scope of our own asks for the refresh token instead.
  issueRefreshToken: (_, client, source) => client.grantTypeAllowed('refresh_token') && source.scopes.has('stay'),
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({ scope: 'read stay', accessTokenFormat: 'jwt', accessTokenTTL: 300, jwt: { sign: { alg: 'ES256' } } }),
    },
  },
  ttl: { AccessToken: 300, AuthorizationCode: 60, ClientCredentials: 300, IdToken: 600, RefreshToken: 7776000, Session: 86400, Grant: 7776000, Interaction: 600 },
});

// The person is there and agrees: once, at the first visit; after that the session and the grant stand.
provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/interaction/')) return next();
  const { params, session, prompt } = await provider.interactionDetails(ctx.req, ctx.res);
  if (prompt.name === 'login') return provider.interactionFinished(ctx.req, ctx.res, { login: { accountId: 'person' } });
  const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope('openid');
  grant.addResourceScope(resource, 'read stay');
  return provider.interactionFinished(ctx.req, ctx.res, { consent: { grantId: await grant.save() } });
});

provider.listen(Number(port), '127.0.0.1');
