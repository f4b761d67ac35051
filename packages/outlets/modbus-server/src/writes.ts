import {
  isGatewayError,
  newCorrelationId,
  statusCodes as s,
  toGatewayError,
  type Clock,
  type Logger,
  type StatusCode,
  type WriteOutcome,
} from '@fieldwarden/core';
import type { HandleWrite, WriteOrigin, WriteReply } from '@fieldwarden/gateway-contract';
import type { TagSource, TagWriter } from '@fieldwarden/service';
import type { ConfirmedValues } from './confirmed-values.js';
import { describeSpan } from './map/area.js';
import { exceptionCodes, type ModbusException } from './protocol/protocol.js';
import { deviceFailure, targetFailed } from './tag-status.js';
import { isRefusal, type PlannedWrite, type WritesOrRefusal } from './write-plan.js';

export interface WritesDependencies {
  readonly tags: Pick<TagSource, 'definition'>;
  readonly writer: TagWriter;
  readonly confirmed: ConfirmedValues;
  readonly clock: Pick<Clock, 'wallMs'>;
  readonly logger: Logger;
}

const illegalAddress: ModbusException = { exception: exceptionCodes.illegalDataAddress };
const illegalValue: ModbusException = { exception: exceptionCodes.illegalDataValue };

/** Planned writes → devices → the one answer that Modbus has room for (SPEC §10.3). */
export class Writes {
  readonly #deps: WritesDependencies;
  /** Paths of rows that somebody tried to write in part: said once for each. Not more than there are rows. */
  readonly #toldInPart = new Set<string>();

  constructor(deps: WritesDependencies) {
    this.#deps = deps;
  }

  /**
   * Undefined once every device confirmed. An exception after a write of several tags does not say that none was written: the worst
   * outcome is the answer. Never rejects. `peer`: address of the client, for the audit.
   */
  async carryOut(plan: WritesOrRefusal, peer: string): Promise<ModbusException | undefined> {
    if (isRefusal(plan)) {
      if (plan.partOf) this.#tellInPart(plan.partOf, peer);
      return plan;
    }
    if (plan.length === 0) return undefined;
    const refused = plan.map((write) => this.#refusalOf(write)).find((refusal) => refusal !== undefined);
    if (refused) return refused;
    const origin: WriteOrigin = { via: 'modbus-server', user: peer, correlationId: newCorrelationId() };
    const exceptions = (await this.#write(plan, origin)).map(exceptionOfReply);
    this.#noteConfirmed(plan, exceptions);
    return worst(exceptions);
  }

  /** What the road would refuse for one tag refuses the whole request, before anything is sent. */
  #refusalOf({ entry, value }: PlannedWrite): ModbusException | undefined {
    const definition = entry.tag && this.#deps.tags.definition(entry.tag.handle);
    if (!definition) return deviceFailure;
    if (definition.access !== 'read-write') return illegalAddress;
    const { min = -Infinity, max = Infinity } = definition.limits ?? {};
    const isOutside = (typeof value === 'number' || typeof value === 'bigint') && !(value >= min && value <= max);
    return definition.limits && isOutside ? illegalValue : undefined;
  }

  async #write(plan: readonly PlannedWrite[], origin: WriteOrigin): Promise<readonly WriteReply[]> {
    const items: HandleWrite[] = plan.map(({ entry, value }) => ({ handle: entry.tag!.handle, value }));
    try {
      return await this.#deps.writer.writeMany(items, origin);
    } catch (thrown) {
      return [toGatewayError(thrown)];
    }
  }

  /** Only rows of one register can be masked. One reply for several writes is that of all. */
  #noteConfirmed(plan: readonly PlannedWrite[], exceptions: readonly (ModbusException | undefined)[]): void {
    const { confirmed, clock } = this.#deps;
    for (const [i, { entry, value }] of plan.entries()) {
      if (entry.form !== 'registers' || entry.count !== 1) continue;
      const exception = exceptions.length === 1 ? exceptions[0] : exceptions[i];
      if (exception === undefined) confirmed.note(entry.tag!.handle, value, clock.wallMs());
      else confirmed.forget(entry.tag!.handle);
    }
  }

  #tellInPart(entry: PlannedWrite['entry'], peer: string): void {
    if (this.#toldInPart.has(entry.path)) return;
    this.#toldInPart.add(entry.path);
    const message =
      `a write of ${peer} held only a part of ${entry.path} at ${describeSpan(entry)} and was refused; ` +
      'clients have to write all its registers in one request';
    this.#deps.logger.warn(message);
  }
}

/** The worst first: what may have happened, or not reached anybody, before what was refused. */
const severity = [
  exceptionCodes.gatewayTargetFailed,
  exceptionCodes.serverDeviceFailure,
  exceptionCodes.illegalDataValue,
  exceptionCodes.illegalDataAddress,
];

function worst(exceptions: readonly (ModbusException | undefined)[]): ModbusException | undefined {
  const codes = new Set(exceptions.map((one) => one?.exception));
  const exception = severity.find((code) => codes.has(code));
  return exception === undefined ? undefined : { exception };
}

/** Exported for its test. */
export function exceptionOfReply(reply: WriteReply): ModbusException | undefined {
  // An error that calls itself done is a contradiction; nobody knows what became of the write.
  if (isGatewayError(reply))
    return exceptionOfOutcome(reply.writeOutcome === 'done' ? 'unknown' : reply.writeOutcome, reply.status);
  return exceptionOfOutcome(reply.outcome, reply.status);
}

function exceptionOfOutcome(outcome: WriteOutcome, status: StatusCode): ModbusException | undefined {
  switch (outcome) {
    case 'done':
      return undefined;
    case 'rejected':
      return rejections.get((status & 0xffff0000) >>> 0) ?? deviceFailure;
    case 'not-sent':
      return rejections.get((status & 0xffff0000) >>> 0) ?? targetFailed;
    case 'unknown':
      return targetFailed;
  }
}

const rejections: ReadonlyMap<StatusCode, ModbusException> = new Map([
  [s.BadOutOfRange, illegalValue],
  [s.BadTypeMismatch, illegalValue],
  [s.BadNotWritable, illegalAddress],
  [s.BadNodeIdUnknown, illegalAddress],
]);
