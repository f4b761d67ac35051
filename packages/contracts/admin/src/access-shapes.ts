import { z } from 'zod';
import { boolean, count, tagged, text, textOrNull, time, timeOrNull, type Shape } from './parts.js';
import { areas, role, sessionFields } from './user-shapes.js';

/** `POST /session`, `GET /session`: who the caller is. The session itself is an HttpOnly cookie. */
export const sessionAnswer = tagged('session', {
  authenticated: boolean,
  name: textOrNull.describe(
    'Of the account, or of the token that opened the session or was sent; null when not authenticated.',
  ),
  ...sessionFields,
  csrfToken: textOrNull.describe(
    'Goes with every changing request of a session as X-CSRF-Token; null for bearer tokens, which need none.',
  ),
  expiresAt: timeOrNull.describe('If it is not used again.'),
});
export type SessionAnswer = Shape<typeof sessionAnswer>;

/** A token that opens the Admin API on TCP; the token itself is shown once, by the answer that made it. */
export const tokenRow = z.object({
  name: text,
  createdAt: time,
  usedAt: timeOrNull.describe('When the first admin was made and the set-up token was used up; null for any other.'),
  role,
  areas,
  expiresAt: timeOrNull.describe('From then on it opens nothing; null: never.'),
  lastUsedAt: timeOrNull.describe('To the minute; null: never.'),
  sessions: count.describe('Console sessions that it opened and that still stand.'),
});
export type TokenRow = Shape<typeof tokenRow>;

/** `GET /tokens`: in order of creation. */
export const tokenList = tagged('tokens', { tokens: z.array(tokenRow) });
export type TokenList = Shape<typeof tokenList>;

/** `POST /tokens`: the only time that the token is shown. */
export const tokenCreated = tagged('token', {
  name: text,
  token: text,
  createdAt: time,
  role,
  areas,
  expiresAt: timeOrNull,
});
export type TokenCreated = Shape<typeof tokenCreated>;

/** `DELETE /tokens/:name`. */
export const tokenRevoked = tagged('token-revoked', {
  name: text,
  sessions: count.describe('Console sessions that ended with it.'),
  notKept: textOrNull.describe(
    'Why the disk did not take it: the token opens nothing until the gateway restarts, and again after that unless the disk takes it before. Null: it is revoked for good.',
  ),
});
export type TokenRevoked = Shape<typeof tokenRevoked>;
