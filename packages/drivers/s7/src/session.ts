import {
  GatewayError,
  isGatewayError,
  messageOf,
  reactions,
  toGatewayError,
  type ValueColumns,
} from '@fieldwarden/core';
import type {
  AvoidedSpan,
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
import type { ItemAnswer } from './line/nodes7-client.js';
import type { Leaf } from './plan/division.js';
import { cancelled } from './line/errors.js';
import { ExchangeQueue, type Urgency } from './line/exchange-queue.js';
import { explainItem } from './line/explain.js';
import { S7Link } from './line/link.js';
import type { S7DeviceOptions, S7Options } from './options.js';
import { gapOf, packReads, packWrites, placeOf, type ReadBlock, type ReadJob, type WriteJob } from './plan/plan.js';
import { ReadProgram } from './plan/read-program.js';
import { StringHeaders } from './plan/string-headers.js';
import { JobReader } from './scan/job-reader.js';
import { S7Scan } from './scan/scan.js';
import { probeJob, VitalJob } from './scan/vital-job.js';
import { WriteBatch } from './plan/write-batch.js';

/** Assumed of a request until one has been measured, ms. */
const nominalRequestMs = 5;
/** Weight of the newest measurement. */
const smoothing = 0.2;
/** Addresses in trouble that are remembered as logged, so that a bad plant does not fill the memory. */
const maxLoggedTroubles = 1_000;

type TroubledStretch = { readonly block: Omit<ReadBlock, 'points'>; readonly code: number | undefined };

/** The capabilities of one S7 driver, which is one CPU. */
export class S7Session implements DriverSession {
  readonly #context: DriverContext<S7Options, S7DeviceOptions>;
  readonly #link: S7Link;
  readonly #queue: ExchangeQueue;
  readonly #loggedTroubles = new Set<string>();
  #deviceId: string | undefined;
  readonly #vital = new VitalJob();
  #requestMs = nominalRequestMs;
  #lastPduBytes: number;
  #stringHeaders: { readonly connection: S7Connection; readonly headers: StringHeaders } | undefined;

  constructor(context: DriverContext<S7Options, S7DeviceOptions>) {
    const { options, clock, random, logger } = context;
    this.#context = context;
    this.#deviceId = context.devices[0]?.id;
    this.#link = new S7Link(options, clock, random, logger);
    this.#queue = new ExchangeQueue(clock);
    this.#lastPduBytes = options.maxPduBytes;
  }

  // `async`: what is refused rejects.
  async open(): Promise<void> {
    await Promise.resolve(onlyDeviceOf(this.#context.devices));
  }

  /** The one CPU may get another name; a second one it can't have. Some CPUs are slow to give a lost connection back. */
  async setDevices(devices: readonly { readonly id: string }[]): Promise<void> {
    const deviceId = await Promise.resolve(onlyDeviceOf(devices));
    if (deviceId === this.#deviceId) return;
    this.#deviceId = deviceId;
    this.#queue.cancelAll();
    this.#link.cancelAll();
  }

  async close(): Promise<void> {
    this.#queue.close();
    await this.#link.close();
  }

  prepareRead(deviceId: string, points: readonly Point[]): ReadPlan {
    this.#assertKnown(deviceId);
    return this.#programOf(deviceId, points);
  }

  /** Blocks and what they miss go with the plan; what was logged of them may be logged again, should they be asked for again. */
  releaseRead(plan: ReadPlan): void {
    const { missing, troubled } = plan as ReadProgram;
    for (const leaf of missing) this.#loggedTroubles.delete(troubleKey(leaf));
    for (const { blocks } of troubled.pieces)
      for (const block of blocks) this.#loggedTroubles.delete(troubleKey({ block, code: undefined }));
  }

  describePlan(plan: ReadPlan): PlanDescription {
    let program = plan as ReadProgram;
    if (program.pduBytes === 0) {
      // never read yet: as it would be with the last connection's PDU
      program = this.#programOf(plan.deviceId, plan.points);
      program.fit(this.#lastPduBytes, undefined);
    }
    const rounds = Math.ceil(program.jobs.length / this.#context.options.maxParallel);
    const avoided = avoidedBy(program);
    return {
      requests: program.jobs.map(describeJob),
      estimatedCycleMs: rounds * this.#requestMs,
      ...(avoided.length > 0 && { avoided }),
    };
  }

  #programOf(deviceId: string, points: readonly Point[]): ReadProgram {
    const { options, clock } = this.#context;
    return new ReadProgram(deviceId, points, options, clock);
  }

  async read(plan: ReadPlan, into: ValueColumns, call: CallContext): Promise<void> {
    const program = plan as ReadProgram;
    const { clock } = this.#context;
    this.#assertKnown(program.deviceId);
    const connection = await this.#link.acquireAgain(call);
    this.#lastPduBytes = connection.pduBytes;
    program.fit(connection.pduBytes, connection);
    const nowMs = clock.monotonicMs();
    const leftMs = call.deadlineMs - nowMs;
    const { timeoutMs } = this.#context.options;
    const ownCall = {
      correlationId: call.correlationId,
      signal: call.signal,
      deadlineMs: call.deadlineMs - lastWordMs(leftMs),
    };
    const reader = new JobReader(connection, ownCall, {
      link: this.#link,
      clock,
      timeoutMs,
      turn: (exchange) => this.#turn(program.deviceId, 'read', ownCall, exchange),
      onMeasured: (tookMs) => (this.#requestMs += smoothing * (tookMs - this.#requestMs)),
    });
    const scan = new S7Scan(program, into, {
      reader,
      vital: this.#vital,
      clock,
      doubtUntilMs: nowMs + Math.max(leftMs / 2, leftMs - timeoutMs),
      onMissing: (leaf) => this.#logTrouble(leaf),
      onTrouble: (block, error) => this.#logUnanswered(block, error),
    });
    await scan.run();
  }

  async write(deviceId: string, items: readonly WriteItem[], call: CallContext): Promise<readonly WriteResult[]> {
    this.#assertKnown(deviceId);
    const batch = new WriteBatch(items, this.#context.options.stringPadding);
    if (batch.parts.length > 0) await this.#send(deviceId, batch, call);
    return batch.results();
  }

  /** One byte of the bit memory, which every CPU has; even a refusal of it proves that the CPU answers. */
  async probe(deviceId: string, call: CallContext): Promise<void> {
    this.#assertKnown(deviceId);
    const connection = await this.#link.acquire(call);
    try {
      await this.#turn(deviceId, 'probe', call, () => this.#readOne(connection, probeJob));
    } catch (error) {
      if (!reactions[toGatewayError(error).kind].deviceAnswered) throw error;
    }
  }

  /** The next exchange of a call that may have begun when the CPU had another name. */
  #turn<T>(deviceId: string, urgency: Urgency, call: CallContext, exchange: () => Promise<T>): Promise<T> {
    return deviceId === this.#deviceId
      ? this.#queue.run(urgency, call, exchange)
      : Promise.reject(cancelled('not-sent'));
  }

  #assertKnown(deviceId: string): void {
    if (deviceId === this.#deviceId) return;
    throw new GatewayError({ code: 'S7_NO_SUCH_DEVICE', kind: 'config', message: `no device ${deviceId}` });
  }

  /** Each trouble once: a scan comes every second. */
  #logTrouble({ block: { area, db, start, byteLength }, code = 0 }: Leaf): void {
    const where = placeOf(area, db, start, byteLength);
    const key = troubleKey({ block: { area, db, start, byteLength }, code });
    if (this.#loggedTroubles.has(key) || this.#loggedTroubles.size >= maxLoggedTroubles) return;
    this.#loggedTroubles.add(key);
    this.#context.logger.warn(explainItem(code, where, db).message, { returnCode: code });
  }

  #logUnanswered({ area, db, start, byteLength }: ReadBlock, { message, code }: GatewayError): void {
    const where = placeOf(area, db, start, byteLength);
    const key = troubleKey({ block: { area, db, start, byteLength }, code: undefined });
    if (this.#loggedTroubles.has(key) || this.#loggedTroubles.size >= maxLoggedTroubles) return;
    this.#loggedTroubles.add(key);
    this.#context.logger.warn(`${where}: ${message} (left out, and asked for again now and then; the rest is read)`, {
      code,
    });
  }

  /** Reads how long the strings are that texts go to, as far as that is not known yet, and takes out what does not fit. */
  async #refuseTooLongTexts(
    deviceId: string,
    connection: S7Connection,
    batch: WriteBatch,
    call: CallContext,
  ): Promise<void> {
    const headers = this.#headersOf(connection);
    for (const { items } of packReads(headers.unknownOf(batch.strings), connection.pduBytes)) {
      const answers = await this.#beforeWrite(deviceId, call, () => this.#readOne(connection, { items }));
      items.forEach(({ block }, i) => headers.learn(block, answers[i]));
    }
    for (const write of batch.strings) {
      const refusal = headers.refusalOf(write);
      if (refusal) batch.refuse(write.index, refusal);
    }
  }

  async #readOne(connection: S7Connection, job: ReadJob): Promise<readonly ItemAnswer[]> {
    const [answers] = await connection.read([job], this.#context.options.timeoutMs);
    if (isGatewayError(answers)) throw answers;
    return answers;
  }

  /** An exchange that goes ahead of a write: whatever becomes of it, nothing was written. */
  async #beforeWrite<T>(deviceId: string, call: CallContext, exchange: () => Promise<T>): Promise<T> {
    try {
      return await this.#turn(deviceId, 'write', call, exchange);
    } catch (thrown) {
      const { code, kind, status, message } = toGatewayError(thrown);
      throw new GatewayError({ code, kind, status, message, writeOutcome: 'not-sent', cause: thrown });
    }
  }

  /** What was learnt goes with the connection: a program may have been loaded meanwhile. */
  #headersOf(connection: S7Connection): StringHeaders {
    if (this.#stringHeaders?.connection !== connection) {
      this.#stringHeaders = { connection, headers: new StringHeaders() };
    }
    return this.#stringHeaders.headers;
  }

  /** One job after the other, so that the items arrive in their order. */
  async #send(deviceId: string, batch: WriteBatch, call: CallContext): Promise<void> {
    let job: WriteJob | undefined;
    try {
      const connection = await this.#link.acquire(call);
      await this.#refuseTooLongTexts(deviceId, connection, batch, call);
      const jobs = packWrites(batch.parts, connection.pduBytes);
      batch.expect(jobs);
      const { timeoutMs } = this.#context.options;
      for (const current of jobs) {
        job = current;
        batch.answered(current, await this.#turn(deviceId, 'write', call, () => connection.write(current, timeoutMs)));
      }
    } catch (thrown) {
      const error = toGatewayError(thrown);
      batch.failed(job, error);
      if (batch.results().every(({ outcome }) => outcome === error.writeOutcome)) throw error;
      this.#context.logger.warn(`a write failed in part: ${messageOf(error)}`, { code: error.code });
    }
  }
}

/** Its id. Throws kind `config` unless there is exactly one. */
function onlyDeviceOf(devices: readonly { readonly id: string }[]): string {
  if (devices.length === 1) return devices[0].id;
  throw new GatewayError({
    code: 'S7_ONE_DEVICE',
    kind: 'config',
    message: `an S7 driver is one CPU and has exactly one device, not ${devices.length}; make a driver for each CPU`,
  });
}

function troubleKey({ block: { area, db, start, byteLength }, code = 0 }: TroubledStretch): string {
  return `${placeOf(area, db, start, byteLength)} ${code}`;
}

/** By so much earlier a scan has to end that has read something: when its call ends, all of it is lost. */
function lastWordMs(leftMs: number): number {
  return Math.min(100, leftMs / 10);
}

/** What is asked for apart from the rest, or not at all for a while. */
function avoidedBy({ troubled }: ReadProgram): AvoidedSpan[] {
  return troubled.pieces.map((piece) => ({
    what: piece.blocks.map(({ area, db, start, byteLength }) => placeOf(area, db, start, byteLength)).join(', '),
    points: piece.blocks.reduce((sum, { points }) => sum + points.length, 0),
    reason: piece.trouble.reason,
    retestInMs: troubled.retestInMs(piece),
  }));
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
