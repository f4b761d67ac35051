import {
  bigIntegerRanges,
  fitsFloat,
  GatewayError,
  integerRanges,
  statusCodes,
  toGatewayError,
  type ScalarValue,
  type StatusCode,
  type TagValue,
} from '@fieldwarden/core';
import { NotAvailable, type TagDefinition } from '@fieldwarden/gateway-contract';

/** Says no before anything went on the wire: the device has not been asked. */
export function refusal(code: string, message: string, status: StatusCode): GatewayError {
  return new GatewayError({ code, kind: 'config', message, status, writeOutcome: 'not-sent' });
}

/** What is wrong with a value that somebody sent is the value, not the configuration. */
export function withRejection<T>(convert: () => T): T {
  try {
    return convert();
  } catch (thrown) {
    const { code, message } = toGatewayError(thrown);
    throw refusal(
      code,
      message,
      code === 'VALUE_OUT_OF_RANGE' ? statusCodes.BadOutOfRange : statusCodes.BadTypeMismatch,
    );
  }
}

/** Throws when the tag does not take this value, whatever its device says. */
export function checkWrite(definition: TagDefinition, value: TagValue): void {
  checkAccess(definition);
  checkLimits(definition, value);
}

function checkAccess({ access, path }: TagDefinition): void {
  if (access === 'read-write') return;
  throw refusal(
    'TAG_READ_ONLY',
    `tag ${path} is read-only; give it access: read-write to allow writes`,
    statusCodes.BadNotWritable,
  );
}

function checkLimits({ limits, path }: TagDefinition, value: TagValue): void {
  if (!limits) return;
  const { min = -Infinity, max = Infinity } = limits;
  for (const element of elementsOf(value)) {
    if (typeof element !== 'number' && typeof element !== 'bigint') continue;
    if (element >= min && element <= max) continue;
    throw refusal(
      'VALUE_OUT_OF_LIMITS',
      `${String(element)} is outside the limits ${min} … ${max} of tag ${path}`,
      statusCodes.BadOutOfRange,
    );
  }
}

/** NaN and infinities that somebody wrote as text: seldom meant, so the tag has to allow them. */
export function checkFinite({ writeNonFinite, path }: TagDefinition, value: TagValue): void {
  if (writeNonFinite === true) return;
  for (const element of elementsOf(value)) {
    if (typeof element !== 'number' || Number.isFinite(element)) continue;
    throw outOfRange(`${element} is no finite number; tag ${path} takes it only with writeNonFinite: true`);
  }
}

/** `raw`: what the device would get. Nobody could tell it from having no value. */
export function checkAvailable({ notAvailable, rawType, path }: TagDefinition, raw: TagValue): void {
  if (!notAvailable || new NotAvailable(notAvailable, rawType).statusOf(raw) === undefined) return;
  const message = `${String(raw)} is what the device of tag ${path} says when it has no value (notAvailable); it cannot be written`;
  throw refusal('VALUE_NOT_AVAILABLE', message, statusCodes.BadOutOfRange);
}

/** Engineering value → what the device takes; whole types are rounded and must fit. Of an array each element. */
export function unscaled(definition: TagDefinition, value: TagValue): TagValue {
  return Array.isArray(value)
    ? (value as readonly ScalarValue[]).map((element) => unscaledElement(definition, element, false))
    : unscaledElement(definition, value as ScalarValue, true);
}

/** A scaling is for single numbers. */
function unscaledElement(definition: TagDefinition, value: ScalarValue, isSingle: boolean): ScalarValue {
  const { scaling, rawType, path } = definition;
  const misfit = (): GatewayError => outOfRange(`${String(value)} does not fit the ${rawType.scalar} of tag ${path}`);
  if (typeof value === 'bigint') {
    const range = bigIntegerRanges[rawType.scalar];
    if (range && (value < range[0] || value > range[1])) throw misfit();
    return value;
  }
  if (typeof value !== 'number') return value;
  const raw = scaling && isSingle ? (value - scaling.offset) / scaling.gain : value;
  const range = integerRanges[rawType.scalar];
  if (range) {
    const whole = Math.round(raw);
    if (whole >= range[0] && whole <= range[1]) return whole;
    throw misfit();
  }
  if (Number.isFinite(value) && (!Number.isFinite(raw) || !fitsFloat(raw, rawType.scalar))) throw misfit();
  return raw;
}

function elementsOf(value: TagValue): readonly ScalarValue[] {
  return Array.isArray(value) ? (value as readonly ScalarValue[]) : [value as ScalarValue];
}

function outOfRange(message: string): GatewayError {
  return refusal('VALUE_OUT_OF_RANGE', message, statusCodes.BadOutOfRange);
}
