import { permissions, roles } from '@fieldwarden/gateway-contract';
import { z } from 'zod';
import { boolean, count, tagged, text, textOrNull, time, timeOrNull, type Shape } from './parts.js';

export const role = z.enum(roles);

/** Globs over tag paths, `packaging/**`. They restrict writing and acknowledging; what is seen is the same for all. */
export const areas = z.array(text).describe('Globs over tag paths: where tags may be written and alarms acknowledged.');

/** How it was found out who somebody is. */
export const proof = z.enum([
  'password',
  'token',
  'ldap',
  'oidc',
  'certificate',
  'socket',
  'setup',
  'anonymous',
  'gateway',
]);

/** What `GET /session` says beside the session itself: who that is, what they may do, and what the gateway still lacks. */
export const sessionFields = {
  roles: z.array(role).describe('Each once; empty when not authenticated.'),
  permissions: z.array(z.enum(permissions)).describe('What may be done at least somewhere.'),
  areas,
  proof: proof.nullable().describe('How it was found out who this is; null when not authenticated.'),
  setup: boolean.describe('Came in by the set-up token: looks, makes the first admin, and nothing else.'),
  needsAdmin: boolean.describe('There is no account of an admin yet.'),
  oidc: z
    .object({ title: text })
    .nullable()
    .describe('People may sign in at a directory of that name; null where none is configured.'),
} as const;

/** One account. Passwords and secrets of second factors are never shown. */
export const userRow = z.object({
  name: text,
  role,
  areas,
  source: z.literal('local'),
  enabled: boolean,
  createdAt: time,
  lastSignInAt: timeOrNull,
  totp: boolean.describe('Signing in takes a code of six digits as well.'),
  certificates: z
    .array(text)
    .describe('SHA-1 thumbprints of client certificates that are this person, hex, upper case.'),
  sessions: count.describe('Console sessions that stand.'),
});
export type UserRow = Shape<typeof userRow>;

/** `GET /users`: in order of names. */
export const userList = tagged('users', { users: z.array(userRow) });
export type UserList = Shape<typeof userList>;

/** Answer of whatever makes or changes an account. */
export const userAnswer = tagged('user', {
  ...userRow.shape,
  notKept: textOrNull.describe(
    'Why the disk did not take it: it counts until the gateway restarts, and no longer unless the disk takes it before. Null: it counts for good.',
  ),
});
export type UserAnswer = Shape<typeof userAnswer>;

/** `DELETE /users/:name`. */
export const userRemoved = tagged('user-removed', {
  name: text,
  sessions: count.describe('Console sessions that ended with it.'),
  notKept: textOrNull.describe(
    'Why the disk did not take it: the account is back after a restart. Null: it is gone for good.',
  ),
});
export type UserRemoved = Shape<typeof userRemoved>;

/** `POST /session/totp`: the only time that the secret is shown. It counts once a code of it was sent back. */
export const totpOffer = tagged('totp', {
  secret: text.describe('Base32, for typing in.'),
  uri: text.describe('`otpauth://totp/…`, for a QR code.'),
});
export type TotpOffer = Shape<typeof totpOffer>;

export const sessionRow = z.object({
  id: text.describe('Names the session; it does not open it.'),
  user: text.describe('Of the account, or of the token that opened it.'),
  openedAt: time,
  usedAt: time,
  expiresAt: time.describe('If it is not used again.'),
  from: textOrNull.describe('Address.'),
  own: boolean.describe('The one that asks.'),
});
export type SessionRow = Shape<typeof sessionRow>;

/** `GET /sessions`: of the console, the last used first. */
export const sessionList = tagged('sessions', { sessions: z.array(sessionRow) });
export type SessionList = Shape<typeof sessionList>;

/** `DELETE /sessions/:id`. */
export const sessionEnded = tagged('session-ended', { id: text, user: text });
export type SessionEnded = Shape<typeof sessionEnded>;
