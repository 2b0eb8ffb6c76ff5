// A reader on @sd-jwt/jwt-status-list: fetches a list where the card says, verifies its token with jose, looks entries up.
import { getListFromStatusListJWT, getStatusListFromJWT } from '@sd-jwt/jwt-status-list';
import { importJWK, jwtVerify } from 'jose';
import { leafKey } from './es256.mjs';
import { listen, say } from './talk.mjs';

const { card, token, indices, authority } = await listen();

const entry = card && getStatusListFromJWT(card.split('~')[0]);
const fetched = entry && (await fetch(entry.uri, { headers: { Accept: 'application/statuslist+jwt' } }));
if (fetched && fetched.headers.get('content-type') !== 'application/statuslist+jwt') {
  throw new Error(`the list came as ${fetched.headers.get('content-type')}`);
}

const jwt = token ?? (await fetched.text());
const { payload } = await jwtVerify(jwt, await importJWK(leafKey(jwt, authority), 'ES256'), {
  typ: 'statuslist+jwt',
  requiredClaims: ['sub', 'iat', 'exp', 'ttl'],
  subject: entry?.uri,
});
const list = getListFromStatusListJWT(jwt);

say({
  subject: payload.sub,
  bits: list.getBitsPerStatus(),
  length: list.statusList.length,
  statuses: (indices ?? [entry.idx]).map((index) => list.getStatus(index)),
});
