import {
  bigIntegerRanges,
  GatewayError,
  integerRanges,
  statusCodes,
  toGatewayError,
  type StatusCode,
  type TagValue,
  type WriteOutcome,
} from '@fieldwarden/core';
import type { TagDefinition } from '@fieldwarden/gateway-contract';

/** Says no before anything went on the wire. */
export function refusal(
  code: string,
  message: string,
  status: StatusCode,
  writeOutcome: WriteOutcome = 'rejected',
): GatewayError {
  return new GatewayError({ code, kind: 'config', message, status, writeOutcome });
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
  if (!limits || (typeof value !== 'number' && typeof value !== 'bigint')) return;
  const { min = -Infinity, max = Infinity } = limits;
  if (value >= min && value <= max) return;
  throw refusal(
    'VALUE_OUT_OF_LIMITS',
    `${String(value)} is outside the limits ${min} … ${max} of tag ${path}`,
    statusCodes.BadOutOfRange,
  );
}

/** Engineering value → what the device takes; whole types are rounded and must fit. */
export function unscaled({ scaling, rawType, path }: TagDefinition, value: TagValue): TagValue {
  const raw = scaling && typeof value === 'number' ? (value - scaling.offset) / scaling.gain : value;
  const range = integerRanges[rawType.scalar];
  if (range && typeof raw === 'number') {
    const whole = Math.round(raw);
    if (whole >= range[0] && whole <= range[1]) return whole;
    throw outOfRange(`${String(value)} does not fit the ${rawType.scalar} of tag ${path}`);
  }
  const bigRange = bigIntegerRanges[rawType.scalar];
  if (bigRange && typeof raw === 'bigint' && (raw < bigRange[0] || raw > bigRange[1])) {
    throw outOfRange(`${raw} does not fit the ${rawType.scalar} of tag ${path}`);
  }
  return raw;
}

function outOfRange(message: string): GatewayError {
  return refusal('VALUE_OUT_OF_RANGE', message, statusCodes.BadOutOfRange);
}
