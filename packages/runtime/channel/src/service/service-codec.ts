import { deskMethods, statusAsJson } from '@fieldwarden/service';
import { protocolError } from '../wire/channel-error.js';
import { decodeControl, encodeMessage } from '../wire/control-codec.js';
import {
  commonGatewayShapes,
  commonHostShapes,
  hasShape,
  isArray,
  isCount,
  isErrorData,
  isNumber,
  isObject,
  isObjects,
  isString,
  oneOf,
  optional,
  type Check,
  type Shapes,
} from '../wire/shape-checks.js';
import type { FromServiceMessage, ServiceReport, ToServiceMessage } from './service-messages.js';

const isHandles: Check = (value) => value instanceof Uint32Array;

const isColumn: Check = (value) => {
  const column = value as { readonly [field: string]: unknown } | null;
  return (
    isObject(column) && isString(column!['field']) && isArray(column!['values']) && optional(isHandles)(column!['rows'])
  );
};

const isColumns: Check = (value) => Array.isArray(value) && value.every(isColumn);

/** An object with these fields. */
const withFields =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isObject(value) && Object.entries(fields).every(([name, check]) => check((value as Record<string, unknown>)[name]));

/** One of several objects, told apart by their `kind`. */
const oneOfKinds =
  (kinds: Readonly<Record<string, Readonly<Record<string, Check>>>>): Check =>
  (value) => {
    const kind = isObject(value) ? (value as { readonly kind?: unknown }).kind : undefined;
    return typeof kind === 'string' && Object.hasOwn(kinds, kind) && withFields(kinds[kind])(value);
  };

const isWrite = withFields({ handle: isCount, path: isString });

const isWrites: Check = (value) => Array.isArray(value) && value.every(isWrite);

const isGrant = withFields({ role: isString, areas: isArray });

const isPrincipal = withFields({
  name: isString,
  proof: isString,
  grants: (value) => Array.isArray(value) && value.every(isGrant),
});

const isOrigin = withFields({ via: isString, principal: isPrincipal, correlationId: isString });

const attemptFields = { from: isString, via: isString, correlationId: isString };

const isDesk = oneOf(Object.keys(deskMethods));

const isDeskMethod = oneOf(Object.values(deskMethods).flat());

const isAsk = oneOfKinds({
  desk: { desk: isDesk, method: isDeskMethod, args: isArray },
  write: { items: isWrites, origin: isOrigin },
  table: { table: isString },
  entries: { table: isString },
  settled: { table: isString },
  get: { table: isString, key: isString },
  'sign-in': { attempt: withFields({ ...attemptFields, user: isString, password: isString }) },
  'sign-in-certificate': { attempt: withFields({ ...attemptFields, thumbprint: isString }) },
});

const isTell = oneOfKinds({
  event: { message: isString, data: optional(isObject) },
  raise: { conditionId: isString, severity: isNumber, message: isString },
  clear: { conditionId: isString },
  put: { table: isString, key: isString },
  delete: { table: isString, key: isString },
});

const isHealthy = withFields({ state: oneOf(['Healthy']) });

const isDegraded = withFields({ state: oneOf(['Degraded']), reason: isString });

const isHealth: Check = (value) => isHealthy(value) || isDegraded(value);

const isLabels: Check = (value) => isObject(value) && Object.values(value as object).every(isString);

const isMetric = withFields({
  name: isString,
  help: isString,
  type: oneOf(['counter', 'gauge']),
  labels: optional(isLabels),
  value: isNumber,
});

const isMetrics: Check = (value) => Array.isArray(value) && value.every(isMetric);

/** A Host sends none that JSON can't carry, whatever its service says: such a one is not of the channel's making. */
const isStatus: Check = (value) => isObject(value) && statusAsJson(value as Record<string, unknown>).flaw === undefined;

const isReport = withFields({ health: isHealth, status: isStatus, metrics: isMetrics });

const fromService: Shapes<FromServiceMessage> = {
  ...commonHostShapes,
  ready: { address: optional(withFields({ port: isCount, url: isString })) },
  'tag-credits': { amount: isCount },
  'tags-sync': { round: isCount },
  report: { report: isReport },
  ask: { call: isCount, ask: isAsk },
  tell: { what: isTell },
  result: { call: isCount },
};

const toService: Shapes<ToServiceMessage> = {
  ...commonGatewayShapes,
  'tags-defined': { handles: isHandles, columns: isColumns },
  'tags-redefined': { handles: isHandles, columns: isColumns },
  'tags-removed': { handles: isHandles },
  'tags-complete': {},
  'tags-synced': { round: isCount },
  'alarms-told': { alarms: isObjects },
  'access-changed': { name: isString, principal: optional(isPrincipal) },
  answer: { call: isCount },
  entries: { call: isCount, entries: isObjects },
  refuse: { call: isCount, error: isErrorData },
  request: { call: isCount, request: isObject },
};

/** Throws when it is too large for a frame or holds what can't be cloned. */
export function encodeFromService(message: FromServiceMessage): Uint8Array {
  return encodeMessage(message);
}

/** Throws when it is too large for a frame or holds what can't be cloned. */
export function encodeToService(message: ToServiceMessage): Uint8Array {
  return encodeMessage(message);
}

/** Payload → message of a service's Host. Throws kind `protocol` for anything else. */
export function decodeFromService(payload: Uint8Array): FromServiceMessage {
  const message = decodeControl(payload);
  if (!hasShape(message, fromService)) throw protocolError('a message of unknown shape from the Host of a service');
  return message as FromServiceMessage;
}

/** Payload → message to a service's Host. Throws kind `protocol` for anything else. */
export function decodeToService(payload: Uint8Array): ToServiceMessage {
  const message = decodeControl(payload);
  if (!hasShape(message, toService)) throw protocolError('a message of unknown shape from the gateway');
  return message as ToServiceMessage;
}

/** Whether a service's own words are a report: what a third party's code returns may be anything. */
export function isServiceReport(report: unknown): report is ServiceReport {
  return isReport(report);
}
