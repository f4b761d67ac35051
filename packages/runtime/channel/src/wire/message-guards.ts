import { errorKinds, type GatewayErrorData } from '@fieldwarden/core';
import { sessionMembers, type ControlMessage, type HostMessage, type SupervisorMessage } from '../messages.js';

type Check = (value: unknown) => boolean;
type Shapes<M extends ControlMessage> = { readonly [T in M['type']]: Readonly<Record<string, Check>> };

const isNumber: Check = (value) => typeof value === 'number';
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isString: Check = (value) => typeof value === 'string';
const isBoolean: Check = (value) => typeof value === 'boolean';
const isArray: Check = (value) => Array.isArray(value);
const isObject: Check = (value) => typeof value === 'object' && value !== null;
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const oneOf =
  (allowed: readonly unknown[]): Check =>
  (value) =>
    allowed.includes(value);

const isErrorData: Check = (value) => {
  const data = value as Partial<GatewayErrorData> | null;
  return (
    isObject(data) &&
    isString(data?.code) &&
    isString(data?.message) &&
    (errorKinds as readonly unknown[]).includes(data?.kind) &&
    optional(isErrorData)(data?.cause)
  );
};

const isRows: Check = (value) => Array.isArray(value) && value.every(isObject);

const isLevel = oneOf(['debug', 'info', 'warn', 'error']);
const isMembers: Check = (value) => Array.isArray(value) && value.every(oneOf(sessionMembers));

/** Fields that the receiver relies on. Extra fields are allowed, so that a newer peer may say more. */
const hostShapes: Shapes<HostMessage> = {
  hello: { protocol: isNumber, pid: isCount },
  ready: { members: isMembers, callCredits: isCount },
  result: { call: isCount },
  error: { call: isCount, error: isErrorData },
  'update-failed': { subscription: isCount, error: isErrorData },
  rows: { call: isCount, rows: isRows },
  alarms: { subscription: isCount, events: isRows, lost: isCount },
  'alarms-failed': { subscription: isCount, error: isErrorData },
  pong: {
    sequence: isCount,
    pendingCalls: isCount,
    progress: isCount,
    conflatedValues: isCount,
    droppedLogs: isCount,
    lostAlarms: isCount,
    footprintBytes: optional(isNumber),
    loopLagMs: isNumber,
    heapUsedBytes: isCount,
    rssBytes: isCount,
    privateBytes: isCount,
    cpuMs: isNumber,
    inspectorOpen: isBoolean,
  },
  log: { level: isLevel, message: isString, fields: optional(isObject) },
  fatal: { exitCode: isCount, error: isErrorData },
  drained: {},
};

const supervisorShapes: Shapes<SupervisorMessage> = {
  init: { protocol: isNumber },
  'prepare-plan': {
    plan: isCount,
    purpose: oneOf(['read', 'subscribe']),
    deviceId: isString,
    points: isArray,
    last: isBoolean,
  },
  'drop-plan': { plan: isCount },
  request: { call: isCount, correlationId: isString, remainingMs: isNumber, request: isObject },
  cancel: { call: isCount },
  credits: { subscription: isCount, amount: isCount },
  ping: { sequence: isCount },
  drain: {},
  stop: {},
};

export function isHostMessage(value: unknown): value is HostMessage {
  return hasShape(value, hostShapes);
}

export function isSupervisorMessage(value: unknown): value is SupervisorMessage {
  return hasShape(value, supervisorShapes);
}

function hasShape(value: unknown, shapes: Readonly<Record<string, Readonly<Record<string, Check>>>>): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Readonly<Record<string, unknown>>;
  const type = fields['type'];
  if (typeof type !== 'string' || !Object.hasOwn(shapes, type)) return false;
  return Object.entries(shapes[type]).every(([name, check]) => check(fields[name]));
}
