import {
  bigIntegerRanges,
  fromJsonValue,
  GatewayError,
  integerRanges,
  statusCodes,
  statusName,
  toGatewayError,
  type Logger,
  type ScalarType,
  type StatusCode,
  type TagValue,
  type WriteOutcome,
} from '@fieldwarden/core';
import type { Point } from '@fieldwarden/driver';
import type { DeviceInvoker } from '@fieldwarden/invoker';
import type { TagDefinition } from './tag-definition.js';
import type { TagHandle } from './tag-registry.js';
import type { TagStore } from './tag-store.js';

/** Who asked, for the log, and the id that follows the request into the Host. */
export interface WriteOrigin {
  readonly via: string;
  readonly user?: string;
  readonly correlationId: string;
}

export interface WriteAnswer {
  readonly outcome: WriteOutcome;
  readonly status: StatusCode;
  readonly message?: string;
}

export interface WriteRequestsDependencies {
  readonly store: TagStore;
  /** The road to the tag's device; undefined when its driver does not run. */
  readonly invokerOf: (driverId: string, deviceId: string) => DeviceInvoker | undefined;
  /** Writes to tags without a device: system and internal tags. */
  readonly writeLocal?: (definition: TagDefinition, value: TagValue, origin: WriteOrigin) => Promise<WriteAnswer>;
  readonly logger: Logger;
}

/**
 * The road of a write (SPEC §2): checks access, type, range and limits, unscales, sends, and answers with what the device said.
 *
 * What is refused beforehand is thrown (nothing went on the wire; `writeOutcome` is `rejected` or `not-sent`); whatever was
 * tried is answered.
 */
export class WriteRequests {
  readonly #deps: WriteRequestsDependencies;

  constructor(deps: WriteRequestsDependencies) {
    this.#deps = deps;
  }

  /** `json` as in `toJsonValue`. */
  async writePath(path: string, json: unknown, origin: WriteOrigin): Promise<WriteAnswer> {
    const handle = this.#deps.store.handleOf(path);
    const definition = handle === undefined ? undefined : this.#deps.store.definition(handle);
    if (!definition) throw refusal('TAG_UNKNOWN', `no tag has the path ${path}`, statusCodes.BadNodeIdUnknown);
    return await this.#write(
      definition,
      withRejection(() => fromJsonValue(json, definition.type)),
      origin,
    );
  }

  async write(handle: TagHandle, value: TagValue, origin: WriteOrigin): Promise<WriteAnswer> {
    const definition = this.#deps.store.definition(handle);
    if (!definition) throw refusal('TAG_UNKNOWN', 'the tag does not exist any more', statusCodes.BadNodeIdUnknown);
    return await this.#write(definition, value, origin);
  }

  async #write(definition: TagDefinition, value: TagValue, origin: WriteOrigin): Promise<WriteAnswer> {
    checkAccess(definition);
    checkLimits(definition, value);
    const answer =
      definition.driverId === null || definition.deviceId === null
        ? await this.#writeLocal(definition, value, origin)
        : await this.#send(definition, definition.driverId, definition.deviceId, unscaled(definition, value), origin);
    this.#log(definition, value, answer, origin);
    return answer;
  }

  async #writeLocal(definition: TagDefinition, value: TagValue, origin: WriteOrigin): Promise<WriteAnswer> {
    if (this.#deps.writeLocal) return await this.#deps.writeLocal(definition, value, origin);
    throw refusal('TAG_READ_ONLY', `tag ${definition.path} cannot be written`, statusCodes.BadNotWritable);
  }

  async #send(
    definition: TagDefinition,
    driverId: string,
    deviceId: string,
    raw: TagValue,
    origin: WriteOrigin,
  ): Promise<WriteAnswer> {
    const invoker = this.#deps.invokerOf(driverId, deviceId);
    if (!invoker) {
      throw refusal(
        'DRIVER_STOPPED',
        `driver ${driverId} is stopped; start it first`,
        statusCodes.BadOutOfService,
        'not-sent',
      );
    }
    const point: Point = { path: definition.path, address: definition.address, type: definition.rawType };
    try {
      const [result] = await invoker.write([{ point, value: raw }], definition.writeIdempotent, origin.correlationId);
      if (result.outcome === 'done' && definition.verify) return await verified(invoker, point, raw);
      return result;
    } catch (thrown) {
      const error = toGatewayError(thrown);
      if (error.kind === 'circuit-open' || error.kind === 'overloaded') throw error; // refused beforehand
      return { outcome: error.writeOutcome, status: error.status, message: error.message };
    }
  }

  #log(definition: TagDefinition, value: TagValue, answer: WriteAnswer, origin: WriteOrigin): void {
    const said =
      answer.outcome === 'done' ? '' : ` (${statusName(answer.status)}${answer.message ? `: ${answer.message}` : ''})`;
    this.#deps.logger.info(`write ${definition.path} = ${String(value)}: ${answer.outcome}${said}`, {
      driverId: definition.driverId,
      device: definition.deviceId,
      capability: 'write',
      ...origin,
    });
  }
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
function unscaled({ scaling, rawType, path }: TagDefinition, value: TagValue): TagValue {
  const raw = scaling && typeof value === 'number' ? (value - scaling.offset) / scaling.gain : value;
  const range = integerRanges[rawType.scalar];
  if (range && typeof raw === 'number') {
    const whole = Math.round(raw);
    if (whole >= range[0] && whole <= range[1]) return whole;
    throw refusal(
      'VALUE_OUT_OF_RANGE',
      `${String(value)} does not fit the ${rawType.scalar} of tag ${path}`,
      statusCodes.BadOutOfRange,
    );
  }
  const bigRange = bigIntegerRanges[rawType.scalar];
  if (bigRange && typeof raw === 'bigint' && (raw < bigRange[0] || raw > bigRange[1])) {
    throw refusal(
      'VALUE_OUT_OF_RANGE',
      `${raw} does not fit the ${rawType.scalar} of tag ${path}`,
      statusCodes.BadOutOfRange,
    );
  }
  return raw;
}

/** `verify: true`: done only counts when the device shows the value. */
async function verified(invoker: DeviceInvoker, point: Point, written: TagValue): Promise<WriteAnswer> {
  const seen = await invoker.readOnce(point).catch((error: unknown) => toGatewayError(error));
  if (seen instanceof Error) {
    return {
      outcome: 'unknown',
      status: seen.status,
      message: `the device confirmed, but reading back failed: ${seen.message}`,
    };
  }
  if (sameValue(point.type.scalar, written, seen)) return { outcome: 'done', status: statusCodes.Good };
  return {
    outcome: 'rejected',
    status: statusCodes.BadDeviceFailure,
    message: `the device confirmed, but shows ${String(seen)} when read back`,
  };
}

function sameValue(scalar: ScalarType, written: TagValue, seen: TagValue): boolean {
  if (scalar === 'float32' && typeof written === 'number' && typeof seen === 'number') {
    return Object.is(Math.fround(written), Math.fround(seen));
  }
  if (typeof written === 'boolean') return written === Boolean(seen);
  if (Array.isArray(written) && Array.isArray(seen)) {
    return (
      written.length === seen.length &&
      written.every((element, i) => sameValue(scalar, element as TagValue, (seen as readonly TagValue[])[i]))
    );
  }
  if (written instanceof Uint8Array && seen instanceof Uint8Array) return Buffer.compare(written, seen) === 0;
  return written === seen;
}

function withRejection<T>(convert: () => T): T {
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

function refusal(
  code: string,
  message: string,
  status: StatusCode,
  writeOutcome: WriteOutcome = 'rejected',
): GatewayError {
  return new GatewayError({ code, kind: 'config', message, status, writeOutcome });
}
