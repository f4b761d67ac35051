import type { Clock, GatewayError, StatusCode, ValueColumns } from '@fieldwarden/core';
import { areaTraits, covers, describeSpan, type Span } from '../address/area.js';
import type { DecodingReports } from './decoding-reports.js';
import { exceptionError, meaningOf, refusedTrouble } from './exceptions.js';
import type { AfterReply, Exchange, Loss } from '../line/exchange.js';
import type { HoleMemory } from '../plan/hole-memory.js';
import type { PduClient, PduResult } from '../line/pdu-client.js';
import { LongPoint } from './long-point.js';
import type { Charge } from '../plan/doubts.js';
import type { CompiledRead } from '../plan/compiled-read.js';
import type { ModbusReadPlan } from '../plan/read-plan.js';
import { ScanAgenda, type Asked, type AskedRead, type DoubtLimits } from './scan-agenda.js';
import { unansweredTrouble, type Trouble } from '../plan/trouble.js';
import type { TroubleReports } from './trouble-reports.js';
import type { VitalSigns } from './vital-signs.js';

export interface ReadExchangeContext {
  readonly lane: number;
  readonly unitId: number;
  readonly clock: Clock;
  readonly holes: HoleMemory;
  readonly vitalSigns: VitalSigns;
  readonly decodingReports: DecodingReports;
  readonly troubleReports: TroubleReports;
  readonly deadlineMs: number;
  /** Nothing doubtful is asked for after that, so that a scan that has found trouble ends in time; the next one goes on with it. */
  readonly doubtUntilMs: number;
  readonly done: () => void;
  readonly failed: (error: GatewayError) => void;
}

/** So many requests of one scan may go unanswered; then the rest waits for the next one. */
const maxUnanswered = 3;

/** So often a request is sent again because the device had closed the connection before it. */
const maxRepeats = 3;

/**
 * One scan of one plan: its reads one after the other, straight into columns. A unit that answered anything is alive: what it does
 * not answer costs its own rows, and is divided and learnt once the unit has answered something after it. Only a scan in which
 * nothing was answered fails.
 */
export class ReadExchange implements Exchange {
  readonly isWrite = false;
  readonly isProbe = false;
  readonly lane: number;
  readonly deadlineMs: number;
  isSettled = false;
  readonly #context: ReadExchangeContext;
  readonly #plan: ModbusReadPlan;
  readonly #into: ValueColumns;
  readonly #agenda: ScanAgenda;
  readonly #longPoint = new LongPoint();
  /** What is out, or goes out next. */
  #asked: Asked | undefined;
  /** What the unit answered last in this scan. */
  #alive: Span | undefined;
  #unanswered = 0;
  /** Of one request, because the device had closed the connection before it. */
  #repeats = 0;
  #hasReported = false;

  constructor(plan: ModbusReadPlan, into: ValueColumns, context: ReadExchangeContext) {
    this.lane = context.lane;
    this.deadlineMs = context.deadlineMs;
    this.#context = context;
    this.#plan = plan;
    this.#into = into;
    const { reads, doubtful, missing } = plan.schedule();
    this.#agenda = new ScanAgenda(reads, doubtful);
    const hasUnasked = doubtful.length + missing.length > 0;
    this.#agenda.wantsCheck = context.vitalSigns.isDoubtful || (hasUnasked && !this.#agenda.beginsCheaply);
    const nowMs = context.clock.wallMs();
    for (const { row, status } of plan.badRows) into.setBad(row, status, nowMs);
    for (const { row, status } of missing) into.setBad(row, status, nowMs);
    for (const { read, trouble } of doubtful) this.#setBad(read, trouble.status);
    this.#asked = this.#whatIsNext();
  }

  get hasNothingToSend(): boolean {
    return this.#asked === undefined;
  }

  finish(): void {
    this.#end(undefined);
  }

  sendNext(client: PduClient): void {
    const { area, start, count } = this.#asked!.read;
    client.read(areaTraits[area].readFunction, this.#context.unitId, start, count);
  }

  onReply({ buffer }: PduResult): AfterReply {
    const asked = this.#asked!;
    const sourceAtMs = this.#context.clock.wallMs();
    this.#heard(asked);
    if (asked.kind === 'read') {
      this.#decode(asked.read, buffer!, sourceAtMs);
      this.#plan.doubts.answered(asked.read, asked.isDoubtful);
      this.#plan.division.answered(asked.read);
      if (asked.retests) this.#context.holes.forget((hole) => covers(asked.read, hole));
    }
    return this.#next();
  }

  onException(exceptionCode: number): AfterReply {
    const asked = this.#asked!;
    const error = exceptionError(exceptionCode, `reading ${describeSpan(asked.read)} of unit ${this.#context.unitId}`);
    if (meaningOf(exceptionCode).kind !== 'rejected') return this.#onNoAnswer(error);
    this.#heard(asked);
    if (asked.kind === 'read') this.#fault({ ...asked, trouble: refusedTrouble(exceptionCode), error });
    return this.#next();
  }

  onUnanswered(error: GatewayError, loss: Loss): 'done' | 'more' | 'again' {
    if (loss.closedAfterAnswer && this.#repeats++ < maxRepeats) return 'again';
    return this.#onNoAnswer(error);
  }

  #onNoAnswer(error: GatewayError): 'done' | 'more' {
    const asked = this.#asked!;
    this.#context.vitalSigns.unanswered();
    this.#unanswered++;
    if (error.kind === 'bug') this.fail(error);
    // it does not answer even what it answered before: that is the unit
    else if (asked.kind === 'check') this.fail(error);
    else this.#doubt(asked, error);
    return this.isSettled ? 'done' : this.#next();
  }

  /** The whole call ends. What has been read by then stays read. */
  fail(error: GatewayError, wasSent = false): void {
    if (this.isSettled) return;
    // its deadline came before its time-out
    if (wasSent && error.kind === 'timeout' && this.#asked?.kind === 'read') this.#accuse(this.#asked, error);
    if (this.#alive && error.kind !== 'cancelled' && error.kind !== 'bug') return this.#end(error);
    this.isSettled = true;
    this.#context.failed(error);
  }

  /** Settled now, and not when its turn comes: by then there may be no time for it. */
  #whatIsNext(): Asked | undefined {
    if (!this.#agenda.wantsCheck) return this.#agenda.take(this.#mayDoubt());
    return { kind: 'check', read: this.#alive ?? this.#context.vitalSigns.candidate };
  }

  #next(): 'done' | 'more' {
    this.#asked = this.#whatIsNext();
    if (this.#asked) return 'more';
    this.finish();
    return 'done';
  }

  /** `retests`: one costly test of what has been left alone, and only in a scan in which all the rest was answered. */
  #mayDoubt(): DoubtLimits {
    const inTime = this.#context.clock.monotonicMs() < this.#context.doubtUntilMs;
    const costly = inTime && this.#unanswered < maxUnanswered && this.#plan.doubts.waitMs === 0;
    return { cheaply: inTime, costly, retests: inTime && this.#unanswered === 0 };
  }

  /** The unit lives. What went unanswered before is to blame itself. */
  #heard(asked: Asked): void {
    const { area, start, count } = asked.read;
    this.#alive = { area, start, count };
    this.#agenda.wantsCheck = false;
    this.#context.vitalSigns.answered(asked.read);
    this.#repeats = 0;
    for (const charge of this.#plan.doubts.takeCharges()) this.#fault(charge);
  }

  /** Is it the unit or the read? Both are asked again: something that is answered, then the read itself. */
  #doubt(asked: AskedRead, error: GatewayError): void {
    const { read, isDoubtful } = asked;
    const trouble = this.#accuse(asked, error);
    this.#agenda.skipPartsOf(read);
    if (this.#alive === undefined || (!isDoubtful && this.#unanswered >= maxUnanswered)) return this.fail(error);
    if (!isDoubtful) this.#agenda.askLater({ read, trouble });
    this.#agenda.wantsCheck = true;
  }

  #accuse({ read, isDoubtful, retests }: AskedRead, error: GatewayError): Trouble {
    const trouble = unansweredTrouble(error);
    this.#setBad(read, trouble.status);
    if (isDoubtful) this.#plan.doubts.charge({ read, retests, trouble, error });
    else this.#plan.doubts.suspect(read, trouble);
    return trouble;
  }

  #fault({ read, retests, trouble, error }: Charge): void {
    this.#setBad(read, trouble.status);
    this.#agenda.skipPartsOf(read);
    if (retests) return this.#context.holes.noteHole(retests, trouble);
    const halves = this.#plan.division.failed(read, trouble);
    if (halves) this.#agenda.askHalves(halves, trouble);
    else this.#report(read, trouble, error);
  }

  /** One for all that a scan finds. */
  #report(read: CompiledRead, trouble: Trouble, error: GatewayError): void {
    if (!this.#hasReported) this.#context.troubleReports.report(read, trouble, error);
    this.#hasReported = true;
  }

  /** `error`: why what is left is not asked for in this scan. */
  #end(error: GatewayError | undefined): void {
    this.isSettled = true;
    if (error) for (const read of this.#agenda.unasked) this.#setBad(read, error.status);
    this.#context.done();
  }

  #decode(read: CompiledRead, data: Buffer, sourceAtMs: number): void {
    const whole = this.#longPoint.add(read, data);
    if (!whole) return;
    const { decoder, fallible } = read;
    decoder.decode(whole, 0, this.#into, sourceAtMs);
    const start = read.part ? read.points[0].start : read.start;
    if (fallible.length > 0) this.#context.decodingReports.check(fallible, whole, start, this.#into);
  }

  #setBad({ points }: CompiledRead, status: StatusCode): void {
    const nowMs = this.#context.clock.wallMs();
    for (const { row } of points) this.#into.setBad(row, status, nowMs);
  }
}
