import { z } from 'zod';
import {
  anything,
  boolean,
  count,
  ordinal,
  plantDocument,
  record,
  text,
  textOrNull,
  time,
  type Shape,
} from './parts.js';
import { areas, role } from './user-shapes.js';

/** Bodies of requests: what the routes are sent, and check. */

/** Body of `POST /session`: a name and a password, or a token. */
export const sessionRequest = z
  .object({
    user: text.min(1).max(256).optional(),
    password: text.optional(),
    totp: text
      .optional()
      .describe('Six digits, where the account has a second factor: 401 `TOTP_REQUIRED` asks for it.'),
    token: text.optional().describe('An API token, or the set-up token of the first start.'),
  })
  .refine(({ user, password, token }) => (token === undefined) !== (user === undefined && password === undefined), {
    error: 'the body lacks token, or user and password',
  })
  .refine(({ user, password }) => (user === undefined) === (password === undefined), {
    error: 'the body has only one of user and password',
  });
export type SessionRequest = Shape<typeof sessionRequest>;

/** Body of `PUT /session/password`. */
export const ownPasswordRequest = z.object({ password: text.describe('The present one.'), newPassword: text });
export type OwnPasswordRequest = Shape<typeof ownPasswordRequest>;

/** Body of `PUT /session/totp`. */
export const totpConfirmation = z.object({ code: text.describe('Six digits, of the secret that was offered.') });
export type TotpConfirmation = Shape<typeof totpConfirmation>;

/** Body of `DELETE /session/totp`. */
export const totpRemoval = z.object({ password: text.describe('The present one.') });
export type TotpRemoval = Shape<typeof totpRemoval>;

const timeGiven = time.refine((given) => !Number.isNaN(Date.parse(given)), 'a time is like 2030-01-31T12:00:00Z');
const areasGiven = areas.min(1).max(100);

/** Body of `POST /tokens`. Whether the name may be used is decided by the store of tokens. */
export const tokenRequest = z.object({
  name: text.meta({ pattern: '^[A-Za-z0-9._-]{1,64}$' }),
  role: role.optional().describe('Default: viewer.'),
  areas: areasGiven.optional().describe('Default: everywhere.'),
  expiresAt: timeGiven.nullable().optional().describe('Null, the default: never.'),
});
export type TokenRequest = Shape<typeof tokenRequest>;

/** Body of `POST /users`. */
export const newUserRequest = z.object({
  name: text.meta({ pattern: '^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$' }),
  password: text.describe('At least 12 characters; no common one.'),
  role,
  areas: areasGiven.optional().describe('Default: everywhere.'),
});
export type NewUserRequest = Shape<typeof newUserRequest>;

/** Body of `PUT /users/:name`: what is left out stays. */
export const userChangeRequest = z.object({
  role: role.optional(),
  areas: areasGiven.optional(),
  enabled: boolean.optional().describe('False: signs in nowhere; sessions end at once.'),
  password: text.optional().describe('Another one; sessions end.'),
  certificates: z.array(text).max(10).optional().describe('SHA-1 thumbprints, hex, upper case.'),
});
export type UserChangeRequest = Shape<typeof userChangeRequest>;

/** Body of `PUT /secrets/:name`. */
export const secretRequest = z.object({ value: text.min(1).max(65_536) });
export type SecretRequest = Shape<typeof secretRequest>;

/** Body of `POST /backup`. */
export const backupRequest = z.object({
  passphrase: text
    .min(8)
    .max(1_024)
    .optional()
    .describe('Without it the backup is not encrypted, and holds nothing that opens anything.'),
  outbox: z
    .boolean()
    .optional()
    .describe('With messages that wait for brokers: a second gateway would send them, too.'),
  history: z.boolean().optional().describe('With the values that were kept.'),
});
export type BackupRequest = Shape<typeof backupRequest>;

/** Body of `POST /expressions/check`. */
export const expressionCheckRequest = z.object({
  expression: text.describe('Up to 4 KiB of text; more is a finding.'),
  path: textOrNull
    .optional()
    .describe('Of the tag that it is to calculate: `{./speed}` starts from its folder. Default: none.'),
});
export type ExpressionCheckRequest = Shape<typeof expressionCheckRequest>;

/** Body of `PUT /tags/value`. */
export const writeRequest = z.object({
  path: text.min(1),
  value: anything.describe('In the form in which the tag is read; converted by its data type.'),
});
export type WriteRequest = Shape<typeof writeRequest>;

/** Body of `PUT /events/streams/:stream/tags`: replaces what the stream watches; paths that do not exist are passed over. */
export const watchedTagsRequest = z.object({ paths: z.array(text).max(5_000).describe('Up to 5,000.') });
export type WatchedTagsRequest = Shape<typeof watchedTagsRequest>;

const alarmAct = {
  driverId: textOrNull.optional().describe('Null: the alarm concerns no driver.'),
  device: textOrNull.optional().describe('Null: an alarm of the gateway, of a service or of the plant.'),
  conditionId: text.min(1),
  eventId: textOrNull.optional().describe('The state that was seen; default: the present one.'),
  comment: text.max(1_024).nullable().optional().describe('At most 1,024 characters.'),
};

const namesItsDriver = (alarm: { readonly driverId?: string | null; readonly device?: string | null }): boolean =>
  !alarm.device || !!alarm.driverId;

const noDriver = 'the body names a device, but not its driverId';

/** Body of `POST /alarms/acknowledge` and its like. Without `device` an alarm that the gateway keeps is meant. An empty text counts as null. */
export const acknowledgeRequest = z.object(alarmAct).refine(namesItsDriver, noDriver);
export type AcknowledgeRequest = Shape<typeof acknowledgeRequest>;

const maxShelvingMs = 8 * 3_600_000;

/** Body of `POST /alarms/shelve`; `comment` says why. */
export const shelveRequest = z
  .object({
    ...alarmAct,
    forMs: z
      .int()
      .min(1)
      .max(maxShelvingMs, 'an alarm is shelved for at most 8 hours')
      .nullable()
      .optional()
      .describe('How long; default, and at most, 8 hours.'),
    once: boolean.optional().describe('Also over as soon as the alarm is.'),
  })
  .refine(namesItsDriver, noDriver);
export type ShelveRequest = Shape<typeof shelveRequest>;

const scalarArgument = z.union([z.number(), z.boolean(), z.string()]);
const methodArgument = z.union([scalarArgument, z.array(scalarArgument)], {
  error: 'an argument is a number, true or false, a text, or an array of these',
});

/** Body of `POST /drivers/:id/call`. */
export const methodCallRequest = z.object({
  device: text.optional().describe('May be left out if the driver has only one.'),
  object: text.optional().describe('That has the method, where the protocol knows objects.'),
  method: text.min(1),
  args: z
    .array(methodArgument)
    .max(64)
    .optional()
    .describe('Numbers, true or false, texts, arrays of these; at most 64.'),
});
export type MethodCallRequest = Shape<typeof methodCallRequest>;

/** Body of `POST /services/:id/requests/:name`. */
export const serviceRequest = record.describe('What the request needs, as the service says.');
export type ServiceRequest = Shape<typeof serviceRequest>;

/** Body of `POST /certificates/own/renew`. */
export const certificateRenewRequest = z.object({
  use: z.enum(['opcua', 'tls']).describe('Which of the own certificates.'),
});
export type CertificateRenewRequest = Shape<typeof certificateRenewRequest>;

const revision = count.describe(
  'Of the draft: rises with every change and every publish. 409 `REVISION_STALE` if it is not the present one.',
);

/** Text of YAML or JSON, or the document itself; never both. */
const sourceFields = { text: text.optional(), document: plantDocument.optional() };

interface Source {
  readonly text?: string | undefined;
  readonly document?: unknown;
}

function isNotBoth(source: Source): boolean {
  return !('text' in source && 'document' in source);
}

const both = 'the body has both text and document: send one of them';

/** Body of `PUT /config/draft`. */
export const draftRequest = z
  .object({ ...sourceFields, expectedRevision: revision.optional() })
  .refine(isNotBoth, both)
  .refine((source) => 'text' in source || 'document' in source, 'the body lacks text, or document');
export type DraftRequest = Shape<typeof draftRequest>;

/** Body of `POST /config/validate`; without both, the draft is validated. */
export const validateRequest = z.object(sourceFields).refine(isNotBoth, both);
export type ValidateRequest = Shape<typeof validateRequest>;

/** Body of `POST /config/diff`: what publishing this document would do. */
export const diffRequest = z
  .object({ from: ordinal.optional().describe('A generation. Default: the running one.'), ...sourceFields })
  .refine(isNotBoth, both);
export type DiffRequest = Shape<typeof diffRequest>;

/** Body of `POST /config/publish`; without `document` and `text`, the draft is published. */
export const publishRequest = z
  .object({
    message: text.refine((message) => message.trim() !== '', 'the body lacks message: why is this published?'),
    ...sourceFields,
    expectedRevision: revision.optional(),
    file: z
      .object({ path: text.describe('Absolute, on the machine of the gateway.'), sha256: text.regex(/^[0-9a-f]{64}$/) })
      .optional()
      .describe(
        'The plant file that the text is, and the SHA-256 of that file: a start with the same file does not publish it again.',
      ),
  })
  .refine(isNotBoth, both);
export type PublishRequest = Shape<typeof publishRequest>;

/** Body of `POST /config/rollback`. */
export const rollbackRequest = z.object({
  generation: ordinal,
  message: text.optional(),
  expectedRevision: revision.optional(),
});
export type RollbackRequest = Shape<typeof rollbackRequest>;

const mode = z
  .enum(['merge', 'replace'])
  .optional()
  .describe(
    "`replace`: a device that the table names has the table's tags and no others. `merge`: it keeps its others.",
  );
const into = text.optional().describe('The document to put the tags into. Default: the draft.');

/** Body of `POST /config/import-csv`: a tag table for the drivers and devices of the draft. Nothing is stored. */
export const csvImportRequest = z.object({ csv: text, text: into, mode: mode.meta({ default: 'merge' }) });
export type CsvImportRequest = Shape<typeof csvImportRequest>;

/** Body of `POST /config/import-kepware`: the tags of one Kepware device, for a device of the draft. Nothing is stored. */
export const kepwareImportRequest = z.object({
  tags: text.describe("Kepware's export of one device, CSV or JSON."),
  driverId: text,
  deviceId: text,
  prefix: text.optional().describe('Path in front of the names. Default: <driverId>/<deviceId>.'),
  text: into,
  mode: mode.meta({ default: 'merge' }),
});
export type KepwareImportRequest = Shape<typeof kepwareImportRequest>;
