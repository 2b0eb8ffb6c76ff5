// A page on oidc-client-ts: a public client that lives in the browser alone. The first part of its address is its client id;
// the test calls what a visitor would click.
'use strict';
const clientId = location.pathname.split('/')[1];
const here = `${location.origin}/${clientId}`;

const managerOf = (authority, bound, userStore = localStorage) =>
  new oidc.UserManager({
    authority,
    client_id: clientId,
    redirect_uri: `${here}/callback`,
    post_logout_redirect_uri: `${here}/bye`,
    response_mode: 'query',
    scope: 'openid profile offline_access',
    automaticSilentRenew: false,
    userStore: new oidc.WebStorageStateStore({ store: userStore }),
    stateStore: new oidc.WebStorageStateStore({ store: localStorage }),
    ...(bound && { dpop: { bind_authorization_code: true, store: new oidc.IndexedDbDPoPStore() } }),
  });

const told = (user) => ({
  subject: user.profile.sub,
  issuer: user.profile.iss,
  tokenType: user.token_type,
  scope: user.scope,
  accessToken: user.access_token,
  refreshToken: user.refresh_token,
  idToken: user.id_token,
});
// An error that comes with a DPoP nonce is, to this library, a question for the nonce: it asks again, and then tells the answer as text.
const refusal = (error) => ({ refused: error.error ?? (error.message.startsWith('{') ? JSON.parse(error.message).error : error.message) });

globalThis.page = {
  signIn: (authority, bound, more) => managerOf(authority, bound).signinRedirect(more),
  complete: (authority, bound) => managerOf(authority, bound).signinCallback().then(told, refusal),
  renew: (authority, bound) => managerOf(authority, bound).signinSilent().then(told, refusal),

  // Two tabs that find the same refresh token in the store at the same moment.
  renewInTwoTabs: async (authority, bound) => {
    const user = await managerOf(authority, bound).getUser();
    const renew = async () => {
      const tab = managerOf(authority, bound, new oidc.InMemoryWebStorage());
      await tab.storeUser(user);
      return tab.signinSilent().then(told, refusal);
    };
    return Promise.all([renew(), renew()]);
  },

  userInfo: async (authority, bound) => {
    const manager = managerOf(authority, bound);
    const user = await manager.getUser();
    const url = await manager.metadataService.getUserInfoEndpoint();
    const ask = async (nonce) => fetch(url, {
      headers: {
        Authorization: `${user.token_type} ${user.access_token}`,
        ...(bound && { DPoP: await manager.dpopProof(url, user, 'GET', nonce) }),
      },
    });
    let answer = await ask();
    if (answer.status === 401 && answer.headers.get('DPoP-Nonce')) {
      answer = await ask(answer.headers.get('DPoP-Nonce'));
    }

    return { status: answer.status, challenge: answer.headers.get('WWW-Authenticate'), body: await answer.json() };
  },

  revoke: (authority, bound) => managerOf(authority, bound).revokeTokens().then(() => ({}), refusal),
  signOut: (authority, bound) => managerOf(authority, bound).signoutRedirect(),

  // What any page could try: each answer is its status, or what the browser says instead of one.
  reach: (addresses) => Promise.all(addresses.map(({ url, method, headers, body }) =>
    fetch(url, { method, headers, body }).then((answer) => answer.status, (error) => error.message))),
};
