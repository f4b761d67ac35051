import {
  isGatewayError,
  newCorrelationId,
  NoticeLimit,
  statusCodes as s,
  toGatewayError,
  type Clock,
  type Logger,
  type StatusCode,
  type WriteOutcome,
} from '@fieldwarden/core';
import {
  gatewayPrincipal,
  mayDo,
  type HandleWrite,
  type Origin,
  type Role,
  type WriteReply,
} from '@fieldwarden/gateway-contract';
import type { TagSource, TagWriter } from '@fieldwarden/service';
import type { ConfirmedValues } from './confirmed-values.js';
import { describeSpan, type MapSpan } from './map/area.js';
import { exceptionCodes, type ModbusException } from './protocol/protocol.js';
import { deviceFailure, targetFailed } from './tag-status.js';
import { isRefusal, type PlannedWrite, type WriteRefusal, type WritesOrRefusal } from './write-plan.js';

export interface WritesDependencies {
  readonly tags: Pick<TagSource, 'definition'>;
  readonly writer: TagWriter;
  /** Those of the settings in force. */
  readonly rights: () => WriteRights;
  readonly confirmed: ConfirmedValues;
  readonly clock: Pick<Clock, 'wallMs' | 'monotonicMs'>;
  readonly logger: Logger;
}

/** What clients may write. Modbus knows no names: all may the same. */
export interface WriteRights {
  readonly role: Role;
  readonly areas: readonly string[];
}

/** Whose request it is, and what of which unit it writes. */
export interface WriteAsked {
  /** Address of the client, for the audit. */
  readonly peer: string;
  readonly unitId: number;
  readonly span: MapSpan;
}

/** Planned writes → devices → the one answer that Modbus has room for (SPEC §10.3). */
export class Writes {
  readonly #deps: WritesDependencies;
  readonly #refusals: NoticeLimit;

  constructor(deps: WritesDependencies) {
    this.#deps = deps;
    this.#refusals = new NoticeLimit(deps.clock);
  }

  /**
   * Undefined once every device confirmed. An exception after a write of several tags does not say that none was written: the worst
   * outcome is the answer. Never rejects.
   */
  async carryOut(plan: WritesOrRefusal, asked: WriteAsked): Promise<ModbusException | undefined> {
    if (isRefusal(plan)) return this.refused(plan, asked);
    if (plan.length === 0) return undefined;
    const refused = plan.map((write) => this.#refusalOf(write)).find((refusal) => refusal !== undefined);
    if (refused) return this.refused(refused, asked);
    const { role, areas } = this.#deps.rights();
    const principal = gatewayPrincipal(asked.peer, role, areas);
    const origin: Origin = { via: 'modbus-server', principal, correlationId: newCorrelationId() };
    const forbidden = plan.filter(({ entry }) => !mayDo(principal, 'write', entry.path));
    // The gateway refuses these and keeps account of them; of the others nothing is sent.
    if (forbidden.length > 0)
      return worst((await this.#write(forbidden, origin)).map(exceptionOfReply)) ?? deviceFailure;
    const exceptions = (await this.#write(plan, origin)).map(exceptionOfReply);
    this.#noteConfirmed(plan, exceptions);
    return worst(exceptions);
  }

  /** Tells people who asked for what and why it is refused; what the road of writes refuses is told there. */
  refused(refusal: WriteRefusal, { peer, unitId, span }: WriteAsked): ModbusException {
    const { exception, why } = refusal;
    const more = this.#refusals.admit(`${peer} ${unitId} ${exception} ${why}`);
    if (more !== undefined) {
      const where = `${describeSpan(span)} of unit ${unitId}`;
      this.#deps.logger.warn(`a write of ${peer} to ${where} was refused with exception ${exception}: ${why}${more}`, { capability: 'write', via: 'modbus-server', user: peer }); // prettier-ignore
    }
    return { exception };
  }

  /** What the road would refuse for one tag refuses the whole request, before anything is sent. */
  #refusalOf({ entry, value }: PlannedWrite): WriteRefusal | undefined {
    const definition = entry.tag && this.#deps.tags.definition(entry.tag.handle);
    if (!definition) return { ...deviceFailure, why: `there is no tag ${entry.path} at the moment` };
    if (definition.access !== 'read-write') {
      return { exception: exceptionCodes.illegalDataAddress, why: `tag ${entry.path} is read-only` };
    }
    const { min = -Infinity, max = Infinity } = definition.limits ?? {};
    const isOutside = (typeof value === 'number' || typeof value === 'bigint') && !(value >= min && value <= max);
    if (!definition.limits || !isOutside) return undefined;
    return {
      exception: exceptionCodes.illegalDataValue,
      why: `${value} is outside the limits ${min} … ${max} of tag ${entry.path}`,
    };
  }

  async #write(plan: readonly PlannedWrite[], origin: Origin): Promise<readonly WriteReply[]> {
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

const illegalAddress: ModbusException = { exception: exceptionCodes.illegalDataAddress };
const illegalValue: ModbusException = { exception: exceptionCodes.illegalDataValue };

const rejections: ReadonlyMap<StatusCode, ModbusException> = new Map([
  [s.BadOutOfRange, illegalValue],
  [s.BadTypeMismatch, illegalValue],
  [s.BadNotWritable, illegalAddress],
  [s.BadNodeIdUnknown, illegalAddress],
  // To who may not write it a row is read-only.
  [s.BadUserAccessDenied, illegalAddress],
]);
