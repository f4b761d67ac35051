import { errorKinds, type GatewayErrorData } from '@fieldwarden/core';

export type Check = (value: unknown) => boolean;
/** Fields that the receiver of each message relies on. Extra fields are allowed, so that a newer peer may say more. */
export type Shapes<Message extends { readonly type: string }> = {
  readonly [Type in Message['type']]: Readonly<Record<string, Check>>;
};

export const isNumber: Check = (value) => typeof value === 'number';
export const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
export const isString: Check = (value) => typeof value === 'string';
export const isBoolean: Check = (value) => typeof value === 'boolean';
export const isArray: Check = (value) => Array.isArray(value);
export const isObject: Check = (value) => typeof value === 'object' && value !== null;
export const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
export const oneOf =
  (allowed: readonly unknown[]): Check =>
  (value) =>
    allowed.includes(value);

export const isErrorData: Check = (value) => {
  const data = value as Partial<GatewayErrorData> | null;
  return (
    isObject(data) &&
    isString(data?.code) &&
    isString(data?.message) &&
    (errorKinds as readonly unknown[]).includes(data?.kind) &&
    optional(isErrorData)(data?.cause)
  );
};

export const isObjects: Check = (value) => Array.isArray(value) && value.every(isObject);

/** Messages that every Host sends, whatever it runs. */
export const commonHostShapes = {
  hello: { protocol: isNumber, pid: isCount },
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
  log: { level: oneOf(['debug', 'info', 'warn', 'error']), message: isString, fields: optional(isObject) },
  fatal: { exitCode: isCount, error: isErrorData },
  error: { call: isCount, error: isErrorData },
  drained: {},
};

/** Messages that every Host is sent. */
export const commonGatewayShapes = {
  init: { protocol: isNumber },
  ping: { sequence: isCount },
  drain: {},
  stop: {},
};

export function hasShape(value: unknown, shapes: Readonly<Record<string, Readonly<Record<string, Check>>>>): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Readonly<Record<string, unknown>>;
  const type = fields['type'];
  if (typeof type !== 'string' || !Object.hasOwn(shapes, type)) return false;
  return Object.entries(shapes[type]).every(([name, check]) => check(fields[name]));
}
