import { GatewayError, messageOf, reactions, toGatewayError, type ValueColumns } from '@fieldwarden/core';
import type {
  CallContext,
  DriverContext,
  DriverSession,
  PlanDescription,
  PlannedRequest,
  Point,
  ReadPlan,
  WriteItem,
  WriteResult,
} from '@fieldwarden/driver';
import type { S7Connection } from './line/connection.js';
import { decodeInto } from './values/decode.js';
import { divide, type Leaf } from './plan/division.js';
import { ExchangeQueue } from './line/exchange-queue.js';
import { explainItem, isAddressTrouble } from './line/explain.js';
import { S7Link } from './line/link.js';
import type { ItemAnswer } from './line/nodes7-client.js';
import type { S7DeviceOptions, S7Options } from './options.js';
import {
  gapOf,
  packReads,
  packWrites,
  placeOf,
  type ReadBlock,
  type ReadItem,
  type ReadJob,
  type WriteJob,
} from './plan/plan.js';
import { ReadProgram, unfitStatus } from './plan/read-program.js';
import { WriteBatch } from './plan/write-batch.js';

/** Assumed of a request until one has been measured, ms. */
const nominalRequestMs = 5;
/** Weight of the newest measurement. */
const smoothing = 0.2;
/** Addresses in trouble that are remembered as logged, so that a bad plant does not fill the memory. */
const maxLoggedTroubles = 1_000;

/** A block as it came back: its bytes, or the return code of the part that failed. */
interface BlockAnswer {
  readonly block: ReadBlock;
  readonly answer: ItemAnswer;
  readonly atMs: number;
}

/** The capabilities of one S7 driver, which is one CPU. */
export class S7Session implements DriverSession {
  readonly #context: DriverContext<S7Options, S7DeviceOptions>;
  readonly #link: S7Link;
  readonly #queue: ExchangeQueue;
  readonly #loggedTroubles = new Set<string>();
  #requestMs = nominalRequestMs;
  #lastPduBytes: number;

  constructor(context: DriverContext<S7Options, S7DeviceOptions>) {
    const { options, clock, random, logger } = context;
    this.#context = context;
    this.#link = new S7Link(options, clock, random, logger);
    this.#queue = new ExchangeQueue(clock);
    this.#lastPduBytes = options.maxPduBytes;
  }

  open(): Promise<void> {
    const { devices } = this.#context;
    if (devices.length === 1) return Promise.resolve();
    return Promise.reject(
      new GatewayError({
        code: 'S7_ONE_DEVICE',
        kind: 'config',
        message: `an S7 driver is one CPU and has exactly one device, not ${devices.length}; make a driver for each CPU`,
      }),
    );
  }

  async close(): Promise<void> {
    this.#queue.close();
    await this.#link.close();
  }

  prepareRead(deviceId: string, points: readonly Point[]): ReadPlan {
    return new ReadProgram(deviceId, points, this.#context.options.maxGapBytes);
  }

  describePlan(plan: ReadPlan): PlanDescription {
    const program = new ReadProgram(plan.deviceId, plan.points, this.#context.options.maxGapBytes);
    program.fit(this.#lastPduBytes, undefined);
    const rounds = Math.ceil(program.jobs.length / this.#context.options.maxParallel);
    return { requests: program.jobs.map(describeJob), estimatedCycleMs: rounds * this.#requestMs };
  }

  async read(plan: ReadPlan, into: ValueColumns, call: CallContext): Promise<void> {
    const program = plan as ReadProgram;
    const { clock } = this.#context;
    const connection = await this.#link.acquire(call);
    this.#lastPduBytes = connection.pduBytes;
    program.fit(connection.pduBytes, connection);
    const answers = await this.#ask(connection, program.jobs, call);
    for (const answer of answers) this.#take(answer, into);
    for (const row of program.unfitRows) into.setBad(row, unfitStatus, clock.wallMs());
    await this.#divide(connection, program, answers, into, call);
  }

  async write(_deviceId: string, items: readonly WriteItem[], call: CallContext): Promise<readonly WriteResult[]> {
    const batch = new WriteBatch(items);
    if (batch.parts.length > 0) await this.#send(batch, call);
    return batch.results();
  }

  /** One byte of the bit memory, which every CPU has; even a refusal of it proves that the CPU answers. */
  async probe(_deviceId: string, call: CallContext): Promise<void> {
    const connection = await this.#link.acquire(call);
    const { timeoutMs } = this.#context.options;
    try {
      await this.#queue.run('probe', call, () => connection.read([probeJob], timeoutMs));
    } catch (error) {
      if (!reactions[toGatewayError(error).kind].deviceAnswered) throw error;
    }
  }

  /** As many jobs at a time as the CPU takes, so that a write waits for one such round at most. */
  async #ask(connection: S7Connection, jobs: readonly ReadJob[], call: CallContext): Promise<readonly BlockAnswer[]> {
    const assembler = new BlockAssembler();
    for (let at = 0; at < jobs.length; at += connection.maxParallel) {
      const round = jobs.slice(at, at + connection.maxParallel);
      const answers = await this.#queue.run('read', call, () => this.#measured(connection, round));
      const atMs = this.#context.clock.wallMs();
      round.forEach(({ items }, i) => items.forEach((item, k) => assembler.add(item, answers[i][k], atMs)));
    }
    return assembler.answers;
  }

  async #measured(connection: S7Connection, jobs: readonly ReadJob[]): Promise<readonly (readonly ItemAnswer[])[]> {
    const { clock, options } = this.#context;
    const startedMs = clock.monotonicMs();
    const answers = await connection.read(jobs, options.timeoutMs);
    this.#requestMs += smoothing * (clock.monotonicMs() - startedMs - this.#requestMs);
    return answers;
  }

  #take({ block, answer, atMs }: BlockAnswer, into: ValueColumns): void {
    if (typeof answer !== 'number') {
      for (const { row, address, type } of block.points) {
        decodeInto(into, row, address, type, answer, offsetIn(block, address.start), atMs);
      }
      return;
    }
    const { status } = explainItem(answer, '', block.db);
    for (const { row } of block.points) into.setBad(row, status, atMs);
  }

  /** A block fails as a whole although only one point of it may be missing: finds out which, and remembers it. */
  async #divide(
    connection: S7Connection,
    program: ReadProgram,
    answers: readonly BlockAnswer[],
    into: ValueColumns,
    call: CallContext,
  ): Promise<void> {
    const nowMs = this.#context.clock.monotonicMs();
    const failed = leaves(answers).filter(({ code }) => code !== undefined);
    for (const leaf of failed) if (!isAddressTrouble(leaf.code!)) this.#logTrouble(leaf);
    const worthIt = failed.filter(
      ({ block, code }) => isAddressTrouble(code!) && program.isWorthDividing(block, nowMs),
    );
    if (worthIt.length === 0) return;
    const divided = await divide(worthIt, async (blocks) => {
      const pieces = await this.#ask(connection, packReads(blocks, connection.pduBytes), call);
      for (const piece of pieces) this.#take(piece, into);
      return leaves(pieces).map(({ code }) => code);
    });
    program.learn(divided, nowMs);
    for (const missing of program.missing) this.#logTrouble(missing);
  }

  /** Each trouble once: a scan comes every second. */
  #logTrouble({ block: { area, db, start, byteLength }, code = 0 }: Leaf): void {
    const where = placeOf(area, db, start, byteLength);
    const key = `${where} ${code}`;
    if (this.#loggedTroubles.has(key) || this.#loggedTroubles.size >= maxLoggedTroubles) return;
    this.#loggedTroubles.add(key);
    this.#context.logger.warn(explainItem(code, where, db).message, { returnCode: code });
  }

  /** One job after the other, so that the items arrive in their order. */
  async #send(batch: WriteBatch, call: CallContext): Promise<void> {
    let job: WriteJob | undefined;
    try {
      const connection = await this.#link.acquire(call);
      const jobs = packWrites(batch.parts, connection.pduBytes);
      batch.expect(jobs);
      const { timeoutMs } = this.#context.options;
      for (const current of jobs) {
        job = current;
        batch.answered(current, await this.#queue.run('write', call, () => connection.write(current, timeoutMs)));
      }
    } catch (thrown) {
      const error = toGatewayError(thrown);
      batch.failed(job, error);
      if (batch.results().every(({ outcome }) => outcome === error.writeOutcome)) throw error;
      this.#context.logger.warn(`a write failed in part: ${messageOf(error)}`, { code: error.code });
    }
  }
}

const probeJob: ReadJob = {
  items: [{ block: { area: 'M', db: 0, start: 0, byteLength: 1, points: [] }, start: 0, byteLength: 1 }],
};

/** Puts the answers of a block's items together again; most blocks have one. */
class BlockAssembler {
  readonly answers: BlockAnswer[] = [];
  #parts: Buffer[] = [];
  #code: number | undefined;

  /** Items come in the order of their blocks, the parts of a block one after the other. */
  add({ block, start, byteLength }: ReadItem, answer: ItemAnswer, atMs: number): void {
    if (typeof answer === 'number') this.#code ??= answer;
    else this.#parts.push(answer);
    if (!isLastPart(block, start, byteLength)) return;
    const whole = this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts);
    this.answers.push({ block, answer: this.#code ?? whole, atMs });
    this.#parts = [];
    this.#code = undefined;
  }
}

function isLastPart(block: ReadBlock, start: number, byteLength: number): boolean {
  const isNumbered = block.area === 'T' || block.area === 'C';
  return isNumbered ? (start - block.start + 1) * 2 === block.byteLength : start + byteLength === block.start + block.byteLength; // prettier-ignore
}

/** Timers and counters are blocks of their own, so a point of theirs begins where its block does. */
function offsetIn(block: ReadBlock, start: number): number {
  return start - block.start;
}

function leaves(answers: readonly BlockAnswer[]): readonly Leaf[] {
  return answers.map(({ block, answer }) => ({ block, code: typeof answer === 'number' ? answer : undefined }));
}

function describeJob({ items }: ReadJob): PlannedRequest {
  const firsts = items.filter(({ block, start }) => block.start === start);
  return {
    what: `read ${items.map(({ block, start, byteLength }) => placeOf(block.area, block.db, start, byteLength)).join(', ')}`,
    points: firsts.reduce((sum, { block }) => sum + block.points.length, 0),
    size: items.reduce((sum, { byteLength }) => sum + byteLength, 0),
    gap: firsts.reduce((sum, { block }) => sum + gapOf(block), 0),
  };
}
