import type { Socket } from 'node:net';
import type { S7SimCounters } from './s7-sim-counters.js';
import { s7Mangles, type S7SimKnobs, type S7SimMisbehaviour, type S7SimSpot } from './s7-sim-knobs.js';
import type { S7SimMemory } from './s7-sim-memory.js';
import {
  connectConfirm,
  disconnectRequest,
  errorReply,
  maxItemsPerJob,
  parseRequest,
  pduLength,
  readReply,
  returnCodes,
  setupReply,
  takeFrames,
  writeReply,
  type S7SimItem,
  type S7SimReadResult,
  type S7SimRequest,
  type S7SimWriteItem,
} from './s7-sim-protocol.js';

/** S7 header error "function not available": what a CPU answers while PUT/GET is not permitted. */
const putGetDisabledError = 0x8104;
/** S7 header error "wrong PDU size". */
const wrongPduError = 0x8500;
/** A CPU takes no PDU below this. */
const minPdu = 112;

/** The CPU that a connection belongs to, as far as the connection asks it. */
export interface S7SimCpu {
  readonly memory: S7SimMemory;
  readonly knobs: S7SimKnobs;
  readonly counters: S7SimCounters;
  readonly maxPdu: number;
  readonly maxParallel: number;
  readonly openConnections: number;
  /** Of the last connect request. */
  lastTsaps: { readonly localTsap: number; readonly remoteTsap: number } | undefined;
  recordWrite(item: S7SimWriteItem, code: number): void;
}

/** One client's connection: from its first byte to its last. */
export class S7SimConnection {
  readonly #socket: Socket;
  readonly #cpu: S7SimCpu;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #outgoing: Buffer[] = [];
  #received: Buffer = Buffer.alloc(0);
  #pdu = 0;
  #pumping = false;
  #isRefused = false;
  /** It has answered a job, and shall close the connection then. */
  #isDone = false;

  constructor(socket: Socket, cpu: S7SimCpu) {
    this.#socket = socket;
    this.#cpu = cpu;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#onData(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => this.#clearTimers());
  }

  reset(): void {
    this.#clearTimers();
    this.#socket.resetAndDestroy();
  }

  #onData(chunk: Buffer): void {
    const taken = takeFrames(Buffer.concat([this.#received, chunk]));
    if (!taken) {
      this.#cpu.counters.garbage++;
      this.reset();
      return;
    }
    this.#received = taken.rest;
    for (const frame of taken.frames) this.#onFrame(frame);
  }

  #onFrame(frame: Buffer): void {
    const request = parseRequest(frame);
    if (!request) {
      this.#cpu.counters.garbage++;
      this.reset();
      return;
    }
    if (this.#isDropped(request)) return;
    const does = request.type === 'read' ? this.#misbehaviour(request.items) : undefined;
    if (does !== undefined) return this.#misbehave(does, request, frame);
    const reply = this.#answer(request, frame);
    if (reply) this.#send(reply, request);
  }

  #misbehaviour(items: readonly S7SimItem[]): S7SimMisbehaviour | undefined {
    const { spots, jobLimit } = this.#cpu.knobs;
    const spot = spots.find((one) => items.some((item) => isTouched(one, item)));
    const bytes = items.reduce((sum, { byteLength = 0 }) => sum + byteLength, 0);
    return spot?.does ?? (jobLimit && bytes > jobLimit.bytes ? jobLimit.does : undefined);
  }

  #misbehave(does: S7SimMisbehaviour, request: S7SimRequest, frame: Buffer): void {
    this.#cpu.counters.misbehaved++;
    if (does === 'silence') return;
    if (does === 'reset') return this.reset();
    if (does === 'hang-up') return void this.#socket.end();
    if (does === 'garbage') return this.#enqueue(Buffer.alloc(12, 0x47));
    const functionCode = 0x04;
    if (typeof does === 'object')
      return this.#send(errorReply(referenceOf(request), functionCode, does.jobError), request);
    const reply = this.#answer(request, frame);
    if (reply) this.#enqueue(s7Mangles.short(1)(reply, request)!);
  }

  #isDropped({ type }: S7SimRequest): boolean {
    const { knobs } = this.#cpu;
    if (knobs.dropRequests <= 0 || (type !== 'read' && type !== 'write')) return false;
    knobs.dropRequests--;
    this.reset();
    return true;
  }

  #answer(request: S7SimRequest, frame: Buffer): Buffer | undefined {
    switch (request.type) {
      case 'connect':
        return this.#connect(request);
      case 'setup':
        return this.#setup(request);
      case 'read':
        return this.#job(request, frame, () => this.#read(request.reference, request.items));
      case 'write':
        return this.#job(request, frame, () => this.#write(request.reference, request.items));
      case 'other':
        return errorReply(request.reference, request.functionCode, putGetDisabledError);
    }
  }

  #connect({ sourceReference, localTsap, remoteTsap }: Extract<S7SimRequest, { type: 'connect' }>): Buffer {
    const { knobs, counters } = this.#cpu;
    const isAccepted = knobs.acceptedTsaps?.has(remoteTsap) ?? true;
    this.#cpu.lastTsaps = { localTsap, remoteTsap };
    if (!knobs.refuseIso && isAccepted && this.#cpu.openConnections <= knobs.maxConnections) {
      return connectConfirm(sourceReference, localTsap, remoteTsap);
    }
    counters.refused++;
    this.#isRefused = true;
    return disconnectRequest(sourceReference);
  }

  #setup({ reference, pdu, maxParallel }: Extract<S7SimRequest, { type: 'setup' }>): Buffer {
    this.#cpu.counters.setups++;
    this.#pdu = Math.max(minPdu, Math.min(pdu, this.#cpu.maxPdu));
    return setupReply(reference, Math.max(1, Math.min(maxParallel, this.#cpu.maxParallel)), this.#pdu);
  }

  #job(request: Extract<S7SimRequest, { items: unknown }>, frame: Buffer, run: () => Buffer): Buffer | undefined {
    const functionCode = request.type === 'read' ? 0x04 : 0x05;
    this.#cpu.counters.jobs++;
    if (this.#cpu.knobs.putGetDisabled) return errorReply(request.reference, functionCode, putGetDisabledError);
    if (this.#pdu === 0 || request.items.length > maxItemsPerJob || pduLength(frame) > this.#pdu) {
      this.#cpu.counters.oversized++;
      return errorReply(request.reference, functionCode, wrongPduError);
    }
    const reply = run();
    if (pduLength(reply) <= this.#pdu) return reply;
    this.#cpu.counters.oversized++;
    return errorReply(request.reference, functionCode, wrongPduError);
  }

  #read(reference: number, items: readonly S7SimItem[]): Buffer {
    const { counters, memory } = this.#cpu;
    counters.reads++;
    counters.itemsRead += items.length;
    const results = items.map((item): S7SimReadResult => {
      const code = this.#forcedCode(item, 'read');
      return code === undefined ? memory.read(item) : { code, transport: item.transport, data: Buffer.alloc(0) };
    });
    return readReply(reference, results, this.#cpu.knobs.failedItemLength);
  }

  #write(reference: number, items: readonly S7SimWriteItem[]): Buffer {
    const { counters, memory } = this.#cpu;
    counters.writes++;
    const codes = items.map((item) => {
      const code = this.#forcedCode(item, 'write') ?? memory.write(item);
      this.#cpu.recordWrite(item, code);
      return code;
    });
    return writeReply(reference, codes);
  }

  #forcedCode(item: S7SimItem, access: 'read' | 'write'): number | undefined {
    const { knobs } = this.#cpu;
    const forced = knobs.itemError?.(item, access);
    if (forced !== undefined) return forced === returnCodes.ok ? undefined : forced;
    return knobs.optimisedDbs.has(item.db) ? knobs.optimisedCode : undefined;
  }

  #send(reply: Buffer, request: S7SimRequest): void {
    const { knobs } = this.#cpu;
    if (knobs.silent || this.#isDone) return;
    this.#isDone = knobs.hangUpAfterReply && (request.type === 'read' || request.type === 'write');
    const bytes = knobs.mangle ? knobs.mangle(reply, request) : reply;
    if (!bytes) return;
    if (knobs.delayMs > 0) this.#later(knobs.delayMs, () => this.#enqueue(bytes));
    else this.#enqueue(bytes);
  }

  #later(delayMs: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, delayMs);
    this.#timers.add(timer);
  }

  #enqueue(bytes: Buffer): void {
    this.#outgoing.push(...segments(bytes, this.#cpu.knobs));
    if (this.#outgoing.length === 1) this.#pump();
    else this.#pumpLater();
  }

  /** Segments go out in turns of the event loop of their own, so that the peer sees them apart. */
  #pump(): void {
    this.#pumping = false;
    const segment = this.#outgoing.shift();
    if (!segment || this.#socket.destroyed) return;
    this.#socket.write(segment);
    if (this.#outgoing.length > 0) this.#pumpLater();
    else if (this.#isRefused || this.#isDone) this.#socket.end();
  }

  #pumpLater(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    setImmediate(() => this.#pump());
  }

  #clearTimers(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#outgoing.length = 0;
  }
}

function isTouched({ db, start, byteLength }: S7SimSpot, item: S7SimItem): boolean {
  return item.db === db && item.start < start + byteLength && start < item.start + (item.byteLength ?? 0);
}

function referenceOf(request: S7SimRequest): number {
  return 'reference' in request ? request.reference : 0;
}

function segments(bytes: Buffer, { splitAt, splitEvery }: { splitAt: number; splitEvery: number }): Buffer[] {
  if (splitAt > 0 && splitAt < bytes.length) return [bytes.subarray(0, splitAt), bytes.subarray(splitAt)];
  if (splitEvery <= 0) return [bytes];
  const count = Math.ceil(bytes.length / splitEvery);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * splitEvery, (i + 1) * splitEvery));
}
