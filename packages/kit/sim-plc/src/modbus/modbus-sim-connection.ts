import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { crc16 } from './crc16.js';
import type { ModbusCounters } from './modbus-counters.js';
import type { ModbusKnobs, ModbusServerKnobs } from './modbus-knobs.js';
import {
  exceptionCodes,
  exceptionFor,
  exceptionPdu,
  functionRules,
  parseRequest,
  withSurplus,
  type SimModbusRequest,
} from './modbus-protocol.js';
import type { ModbusSimFraming } from './modbus-sim-framing.js';
import type { ModbusSimUnit } from './modbus-sim-unit.js';

/** What a connection needs to know of the devices behind it. */
export interface ModbusSimDependencies {
  readonly units: ReadonlyMap<number, ModbusSimUnit>;
  readonly knobs: ModbusServerKnobs;
  readonly counters: ModbusCounters;
}

const broadcastUnitId = 0;

/** One client's connection: cuts the stream into requests, answers each. */
export class ModbusSimConnection {
  readonly #stream: Duplex;
  readonly #framing: ModbusSimFraming;
  readonly #context: ModbusSimDependencies;
  readonly #timers = new Set<NodeJS.Timeout>();
  #rest: Buffer = Buffer.alloc(0);
  #heldBack: Buffer | undefined;
  readonly #busyUntilMs = new Map<number, number>();

  constructor(stream: Duplex, framing: ModbusSimFraming, context: ModbusSimDependencies) {
    this.#stream = stream;
    this.#framing = framing;
    this.#context = context;
    stream.on('data', (chunk: Buffer) => this.#receive(chunk));
    stream.on('error', () => undefined);
    stream.on('close', () => this.#timers.forEach((timer) => clearTimeout(timer)));
    if (context.knobs.greeting) stream.write(context.knobs.greeting);
  }

  cut(): void {
    if (this.#stream instanceof Socket) this.#stream.resetAndDestroy();
    else this.#stream.destroy();
  }

  #receive(chunk: Buffer): void {
    let stream = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (stream.length > 0 && !this.#stream.destroyed) {
      const found = this.#framing.cut(stream);
      if (found.kind === 'broken') return this.cut();
      if (found.kind === 'incomplete') break;
      if (this.#stream.writableEnded) break;
      if (found.kind === 'request') this.#answer(found.transactionId, parseRequest(found.unitId, found.pdu));
      stream = stream.subarray(found.length);
    }
    this.#rest = stream.length === 0 ? stream : Buffer.from(stream);
  }

  #answer(transactionId: number, request: SimModbusRequest): void {
    this.#context.counters.saw(request);
    if (request.unitId === broadcastUnitId && this.#framing.name === 'rtu') return this.#carryOutByAll(request);
    const unit = this.#context.units.get(request.unitId);
    if (unit === undefined) return this.#answerForUnknownUnit(transactionId, request);
    const knobs = unit.takeKnobs(request);
    if (knobs.dropOnRequest) return this.cut();
    if (knobs.hangUpOnRequest) return void this.#stream.end();
    if (knobs.silent) return;
    const intact = this.#carryOut(unit, request, knobs);
    const pdu = knobs.surplus ? withSurplus(intact, knobs.surplus) : intact;
    if (knobs.dropAfterRequest) return this.cut();
    if (knobs.swallowReply) return;
    this.#deliver(request.unitId, this.#framing.frame(transactionId, knobs.replyUnitId ?? request.unitId, pdu), knobs);
  }

  /** Every slave does it that hears it, and none answers. */
  #carryOutByAll(request: SimModbusRequest): void {
    for (const unit of this.#context.units.values()) {
      const knobs = unit.takeKnobs(request);
      if (!knobs.silent) this.#carryOut(unit, { ...request, unitId: unit.id }, knobs);
    }
  }

  #carryOut(unit: ModbusSimUnit, request: SimModbusRequest, knobs: ModbusKnobs): Buffer {
    const exceptionCode = exceptionFor(request, knobs);
    if (exceptionCode !== undefined) return exceptionPdu(request.functionCode, exceptionCode);
    const rule = functionRules[request.functionCode];
    const pdu = rule.answer(unit.memory, request);
    if (rule.writes) this.#context.counters.wrote(request);
    return pdu;
  }

  #answerForUnknownUnit(transactionId: number, { unitId, functionCode }: SimModbusRequest): void {
    // on a serial line nobody answers for a unit that is not there
    const { unknownUnit = this.#framing.name === 'rtu' ? 'silent' : 'no-response' } = this.#context.knobs;
    if (unknownUnit === 'silent') return;
    const code =
      unknownUnit === 'path-unavailable'
        ? exceptionCodes.gatewayPathUnavailable
        : exceptionCodes.gatewayTargetFailedToRespond;
    this.#stream.write(this.#framing.frame(transactionId, unitId, exceptionPdu(functionCode, code)));
  }

  #deliver(unitId: number, reply: Buffer, knobs: ModbusKnobs): void {
    const delayMs = this.#delayOf(unitId, knobs);
    if (delayMs === undefined) return this.#send(reply, knobs);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#send(reply, knobs);
    }, delayMs);
    this.#timers.add(timer);
  }

  /** A slave does one thing after the other: behind an answer that takes long the next one waits. */
  #delayOf(unitId: number, { delayMs }: ModbusKnobs): number | undefined {
    if (this.#framing.name === 'tcp') return delayMs;
    const nowMs = performance.now();
    const busyUntilMs = this.#busyUntilMs.get(unitId) ?? -Infinity;
    if (delayMs === undefined && busyUntilMs <= nowMs) return undefined;
    const dueMs = Math.max(nowMs + (delayMs ?? 0), busyUntilMs + 1);
    this.#busyUntilMs.set(unitId, dueMs);
    return dueMs - nowMs;
  }

  #send(intact: Buffer, knobs: ModbusKnobs): void {
    if (this.#stream.destroyed) return;
    const reply = damaged(intact, this.#framing, knobs);
    if (knobs.splitReplies) return this.#sendByteByByte(reply, 0);
    if (knobs.mergeReplies && this.#heldBack === undefined) {
      this.#heldBack = reply;
      return;
    }
    this.#stream.write(this.#heldBack === undefined ? reply : Buffer.concat([this.#heldBack, reply]));
    this.#heldBack = undefined;
    if (knobs.hangUpAfterReply) this.#stream.end();
  }

  /** With Nagle's algorithm off, and after a turn of the event loop in which a reader of this process has its turn. */
  #sendByteByByte(reply: Buffer, index: number): void {
    if (index >= reply.length || this.#stream.destroyed) return;
    this.#stream.write(reply.subarray(index, index + 1));
    setImmediate(() => setImmediate(() => this.#sendByteByByte(reply, index + 1)));
  }
}

function damaged(reply: Buffer, { name }: ModbusSimFraming, knobs: ModbusKnobs): Buffer {
  if (knobs.garbage) return Buffer.from(knobs.garbage);
  if (name === 'tcp') damageHeader(reply, knobs);
  else if (knobs.crcOffset)
    reply.writeUInt16LE((crc16(reply.subarray(0, -2)) + knobs.crcOffset) & 0xffff, reply.length - 2);
  let sent = knobs.truncateBytes ? reply.subarray(0, Math.max(0, reply.length - knobs.truncateBytes)) : reply;
  if (knobs.mangle) sent = knobs.mangle(sent);
  if (knobs.preamble ?? knobs.trailer)
    sent = Buffer.concat([knobs.preamble ?? nothing, sent, knobs.trailer ?? nothing]);
  return knobs.repeatReply ? Buffer.concat([sent, sent]) : sent;
}

const nothing = new Uint8Array(0);

function damageHeader(reply: Buffer, { transactionIdOffset = 0, lengthOffset = 0 }: ModbusKnobs): void {
  reply.writeUInt16BE((reply.readUInt16BE(0) + transactionIdOffset) & 0xffff, 0);
  reply.writeUInt16BE((reply.readUInt16BE(4) + lengthOffset) & 0xffff, 4);
}
