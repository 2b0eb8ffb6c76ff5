// A status issuer on @sd-jwt/jwt-status-list: makes a list and its token.
import { StatusList, createHeaderAndPayload } from '@sd-jwt/jwt-status-list';
import { SignJWT, importJWK } from 'jose';
import { listen, say } from './talk.mjs';

const { key, x5c, uri, bits, statuses } = await listen();

const list = new StatusList(statuses, bits);
const iat = Math.floor(Date.now() / 1000);
const { header, payload } = createHeaderAndPayload(
  list,
  { sub: uri, iat, exp: iat + 86400, ttl: 3600 },
  { alg: 'ES256', typ: 'statuslist+jwt', x5c },
);

say({ token: await new SignJWT(payload).setProtectedHeader(header).sign(await importJWK(key, 'ES256')) });
