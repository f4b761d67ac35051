import { schemaRef, type JsonSchema } from './operation.js';
import {
  anything,
  arrayOf,
  boolean,
  count,
  number,
  numberOrNull,
  object,
  oneOf,
  tagged,
  text,
  textOrNull,
  time,
  timeOrNull,
} from './schema-parts.js';

const statusCode: JsonSchema = { type: 'integer', minimum: 0, maximum: 0xffffffff };
const importMode: JsonSchema = {
  ...oneOf('merge', 'replace'),
  description:
    "`replace`: a device that the table names has the table's tags and no others. `merge`: it keeps its others.",
};
const importInto: JsonSchema = {
  type: 'string',
  description: 'The document to put the tags into. Default: the draft.',
};

/** Shapes of access, of the console's stream, of curves, trends and tag tables. */
export const consoleSchemas: Readonly<Record<string, JsonSchema>> = {
  Session: tagged('session', {
    authenticated: boolean,
    name: { ...textOrNull, description: 'Of the token that opened the session, or that was sent.' },
    csrfToken: { ...textOrNull, description: 'Goes with every changing request of a session as X-CSRF-Token.' },
    expiresAt: { ...timeOrNull, description: 'If it is not used again.' },
  }),
  SessionRequest: object({ token: { type: 'string', description: 'An API token, or the set-up token.' } }),
  TokenList: tagged('tokens', { tokens: arrayOf(schemaRef('TokenRow')) }),
  TokenRow: object({
    name: text,
    createdAt: time,
    usedAt: { ...timeOrNull, description: 'When the set-up token was used up.' },
    sessions: { ...count, description: 'Console sessions that it opened and that still stand.' },
  }),
  TokenRequest: object({ name: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,64}$' } }),
  TokenCreated: tagged('token', { name: text, token: text, createdAt: time }),
  TokenRevoked: tagged('token-revoked', { name: text, sessions: count }),
  WatchedTagsRequest: object({ paths: { ...arrayOf(text), description: 'Up to 5,000.' } }),
  WatchedTags: tagged('watched-tags', {
    stream: text,
    known: { ...count, description: 'Paths that exist now.' },
    unknown: { ...count, description: 'The others: watched as soon as they exist.' },
  }),
  TagValues: object({ values: arrayOf(schemaRef('TagValueShape')) }),
  TagHistory: tagged(
    'tag-history',
    {
      path: text,
      source: oneOf('memory', 'store', 'device'),
      keptFrom: { ...timeOrNull, description: 'How far back it reaches; null when the device does not say.' },
      points: arrayOf(object({ sourceAt: time, value: anything, status: text, statusCode })),
      nextCursor: { ...textOrNull, description: 'Only of a device; null on the last page.' },
    },
    ['nextCursor'],
  ),
  DriverCurves: tagged('curves', {
    driverId: text,
    intervalMs: number,
    at: { ...arrayOf(number), description: 'ms since 1970 UTC.' },
    memoryBytes: arrayOf(numberOrNull),
    cpuPercent: arrayOf(numberOrNull),
    heartbeatMs: arrayOf(numberOrNull),
    state: arrayOf(text),
  }),
  About: tagged('about', {
    version: text,
    node: text,
    platform: text,
    home: text,
    ports: object({ opcua: { type: ['integer', 'null'] }, health: count, admin: count }),
    driverTypes: arrayOf(object({ type: text, version: text, tier: oneOf('A', 'B', 'C') })),
    certificates: arrayOf(
      object({ use: oneOf('opcua-server'), subject: text, thumbprint: text, notBefore: time, notAfter: time }),
    ),
    licences: arrayOf(object({ name: text, version: text, licence: text })),
  }),
  CsvImportRequest: object({ csv: text, text: importInto, mode: { ...importMode, default: 'replace' } }, [
    'text',
    'mode',
  ]),
  KepwareImportRequest: object(
    {
      tags: { type: 'string', description: "Kepware's export of one device, CSV or JSON." },
      driverId: text,
      deviceId: text,
      prefix: { type: 'string', description: 'Path in front of the names. Default: <driverId>/<deviceId>.' },
      text: importInto,
      mode: { ...importMode, default: 'merge' },
    },
    ['prefix', 'text', 'mode'],
  ),
};
