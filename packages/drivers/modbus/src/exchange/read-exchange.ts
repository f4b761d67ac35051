import {
  statusCodes,
  type Clock,
  type GatewayError,
  type Logger,
  type StatusCode,
  type ValueColumns,
} from '@fieldwarden/core';
import { areaTraits, describeSpan } from '../address/area.js';
import { Bisection } from '../plan/bisection.js';
import type { DecodingReports } from './decoding-reports.js';
import { exceptionError, illegalAddress, illegalValue, meaningOf } from './exceptions.js';
import type { AfterReply, Exchange } from '../line/exchange.js';
import type { HoleMemory } from '../plan/hole-memory.js';
import type { PduClient, PduResult } from '../line/pdu-client.js';
import { dataBytesOf, type CompiledRead, type ModbusReadPlan } from '../plan/read-plan.js';

export interface ReadExchangeContext {
  readonly lane: number;
  readonly unitId: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly holes: HoleMemory;
  readonly decodingReports: DecodingReports;
  /** See `PlanLimits`. */
  readonly bitAlignment: number;
  readonly deadlineMs: number;
  /** No further halving after that, so that a first read of many holes ends in time; the next read goes on with it. */
  readonly bisectUntilMs: number;
  readonly done: () => void;
  readonly failed: (error: GatewayError) => void;
}

/** One scan of one plan: its reads one after the other, straight into columns. */
export class ReadExchange implements Exchange {
  readonly isWrite = false;
  readonly isProbe = false;
  readonly lane: number;
  readonly deadlineMs: number;
  isSettled = false;
  readonly #context: ReadExchangeContext;
  readonly #into: ValueColumns;
  readonly #reads: readonly CompiledRead[];
  readonly #bisection: Bisection;
  #index = 0;
  /** Data of a point that is longer than a read may be, as far as it has come in. */
  #assembly: Buffer | undefined;
  #firstMissing: CompiledRead | undefined;

  constructor(plan: ModbusReadPlan, into: ValueColumns, context: ReadExchangeContext) {
    this.lane = context.lane;
    this.deadlineMs = context.deadlineMs;
    this.#context = context;
    this.#into = into;
    this.#reads = plan.reads;
    this.#bisection = new Bisection(context.holes, context.bitAlignment);
    const nowMs = context.clock.wallMs();
    for (const { row, status } of plan.badRows) into.setBad(row, status, nowMs);
    for (const row of plan.missingRows) into.setBad(row, statusCodes.BadNodeIdUnknown, nowMs);
  }

  get hasNothingToSend(): boolean {
    return this.#reads.length === 0;
  }

  finish(): void {
    this.isSettled = true;
    if (this.#firstMissing) this.#reportMissing(this.#firstMissing);
    this.#context.done();
  }

  sendNext(client: PduClient): void {
    const { area, start, count } = this.#now();
    client.read(areaTraits[area].readFunction, this.#context.unitId, start, count);
  }

  onReply({ buffer }: PduResult): AfterReply {
    const read = this.#now();
    const sourceAtMs = this.#context.clock.wallMs();
    if (read.part) this.#assemble(read, buffer!, sourceAtMs);
    else this.#decode(read, buffer!, read.start, sourceAtMs);
    if (this.#bisection.read) this.#bisection.settle(false);
    else this.#index++;
    return this.#next();
  }

  onException(exceptionCode: number): AfterReply {
    const read = this.#now();
    const { kind, status } = meaningOf(exceptionCode);
    if (kind !== 'rejected') return this.#failWith(exceptionError(exceptionCode, this.#nameOf(read)));
    if (this.#bisection.read) this.#bisection.settle(true);
    else this.#skip(read);
    if (!this.#splits(read, exceptionCode)) this.#giveUp(read, status, exceptionCode);
    return this.#next();
  }

  fail(error: GatewayError): void {
    if (this.isSettled) return;
    this.isSettled = true;
    this.#context.failed(error);
  }

  #now(): CompiledRead {
    return this.#bisection.read ?? this.#reads[this.#index];
  }

  #next(): AfterReply {
    if (this.#bisection.read || this.#index < this.#reads.length) return 'more';
    this.finish();
    return 'done';
  }

  #failWith(error: GatewayError): AfterReply {
    this.fail(error);
    return 'done';
  }

  /** With the first refused part the whole point is lost: its other parts are not asked for. */
  #skip(read: CompiledRead): void {
    this.#index++;
    if (!read.part) return;
    const [point] = read.points;
    while (this.#reads[this.#index]?.part && this.#reads[this.#index].points[0] === point) this.#index++;
  }

  #splits(read: CompiledRead, exceptionCode: number): boolean {
    if (exceptionCode !== illegalAddress && exceptionCode !== illegalValue) return false;
    if (this.#context.clock.monotonicMs() >= this.#context.bisectUntilMs) return false;
    return this.#bisection.split(read);
  }

  #giveUp(read: CompiledRead, status: StatusCode, exceptionCode: number): void {
    const nowMs = this.#context.clock.wallMs();
    for (const { row } of read.points) this.#into.setBad(row, status, nowMs);
    if (exceptionCode !== illegalAddress || read.points.length > 1) return;
    this.#context.holes.noteHole(read);
    this.#firstMissing ??= read;
  }

  #reportMissing(read: CompiledRead): void {
    const { message, code } = exceptionError(illegalAddress, this.#nameOf(read));
    this.#context.logger.warn(`${message} (this and possibly other points are left out for a while)`, { code });
  }

  #assemble(read: CompiledRead, data: Buffer, sourceAtMs: number): void {
    const [point] = read.points;
    if (read.part!.isFirst) this.#assembly = Buffer.alloc(dataBytesOf(point));
    const assembly = this.#assembly!;
    data.copy(assembly, dataBytesOf({ area: read.area, count: read.start - point.start }));
    if (read.part!.isLast) this.#decode(read, assembly, point.start, sourceAtMs);
  }

  #decode({ decoder, fallible }: CompiledRead, data: Buffer, start: number, sourceAtMs: number): void {
    decoder.decode(data, 0, this.#into, sourceAtMs);
    if (fallible.length > 0) this.#context.decodingReports.check(fallible, data, start, this.#into);
  }

  #nameOf(read: CompiledRead): string {
    return `reading ${describeSpan(read)} of unit ${this.#context.unitId}`;
  }
}
