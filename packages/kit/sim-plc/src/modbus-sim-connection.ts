import type { Socket } from 'node:net';
import type { ModbusCounters } from './modbus-counters.js';
import type { ModbusKnobs, ModbusServerKnobs } from './modbus-knobs.js';
import {
  exceptionCodes,
  exceptionFor,
  exceptionPdu,
  functionRules,
  headerLength,
  parseRequest,
  type ModbusRequest,
} from './modbus-protocol.js';
import { type ModbusSimUnit } from './modbus-sim-unit.js';

const maxLengthField = 254;

/** What a connection needs to know of its server. */
export interface ModbusSimContext {
  readonly units: ReadonlyMap<number, ModbusSimUnit>;
  readonly knobs: ModbusServerKnobs;
  readonly counters: ModbusCounters;
}

/** One client's connection: cuts the stream into requests, answers each. */
export class ModbusSimConnection {
  readonly #socket: Socket;
  readonly #context: ModbusSimContext;
  readonly #timers = new Set<NodeJS.Timeout>();
  #rest: Buffer = Buffer.alloc(0);
  #heldBack: Buffer | undefined;

  constructor(socket: Socket, context: ModbusSimContext) {
    this.#socket = socket;
    this.#context = context;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => this.#timers.forEach((timer) => clearTimeout(timer)));
  }

  cut(): void {
    this.#socket.resetAndDestroy();
  }

  #receive(chunk: Buffer): void {
    let stream = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (stream.length >= headerLength && !this.#socket.destroyed) {
      const length = stream.readUInt16BE(4);
      if (stream.readUInt16BE(2) !== 0 || length < 2 || length > maxLengthField) return this.cut();
      if (stream.length < 6 + length) break;
      this.#answer(stream.readUInt16BE(0), parseRequest(stream[6], stream.subarray(headerLength, 6 + length)));
      stream = stream.subarray(6 + length);
    }
    this.#rest = stream.length === 0 ? stream : Buffer.from(stream);
  }

  #answer(transactionId: number, request: ModbusRequest): void {
    this.#context.counters.saw(request);
    const unit = this.#context.units.get(request.unitId);
    if (unit === undefined) return this.#answerForUnknownUnit(transactionId, request);
    const knobs = unit.takeKnobs();
    if (knobs.dropOnRequest) return this.cut();
    if (knobs.silent) return;
    const pdu = this.#carryOut(unit, request, knobs);
    if (knobs.dropAfterRequest) return this.cut();
    if (knobs.swallowReply) return;
    this.#deliver(frame(transactionId, request.unitId, pdu), knobs);
  }

  #carryOut(unit: ModbusSimUnit, request: ModbusRequest, knobs: ModbusKnobs): Buffer {
    const exceptionCode = exceptionFor(request, knobs);
    if (exceptionCode !== undefined) return exceptionPdu(request.functionCode, exceptionCode);
    const rule = functionRules[request.functionCode];
    const pdu = rule.answer(unit.memory, request);
    if (rule.writes) this.#context.counters.wrote(request);
    return pdu;
  }

  #answerForUnknownUnit(transactionId: number, { unitId, functionCode }: ModbusRequest): void {
    const { unknownUnit = 'no-response' } = this.#context.knobs;
    if (unknownUnit === 'silent') return;
    const code =
      unknownUnit === 'path-unavailable'
        ? exceptionCodes.gatewayPathUnavailable
        : exceptionCodes.gatewayTargetFailedToRespond;
    this.#socket.write(frame(transactionId, unitId, exceptionPdu(functionCode, code)));
  }

  #deliver(reply: Buffer, knobs: ModbusKnobs): void {
    if (knobs.delayMs === undefined) return this.#send(reply, knobs);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#send(reply, knobs);
    }, knobs.delayMs);
    this.#timers.add(timer);
  }

  #send(intact: Buffer, knobs: ModbusKnobs): void {
    if (this.#socket.destroyed) return;
    const reply = damaged(intact, knobs);
    if (knobs.splitReplies) return this.#sendByteByByte(reply, 0);
    if (knobs.mergeReplies && this.#heldBack === undefined) {
      this.#heldBack = reply;
      return;
    }
    this.#socket.write(this.#heldBack === undefined ? reply : Buffer.concat([this.#heldBack, reply]));
    this.#heldBack = undefined;
  }

  /** With Nagle's algorithm off, writes in different turns of the event loop are segments of their own. */
  #sendByteByByte(reply: Buffer, index: number): void {
    if (index >= reply.length || this.#socket.destroyed) return;
    this.#socket.write(reply.subarray(index, index + 1), () =>
      setImmediate(() => this.#sendByteByByte(reply, index + 1)),
    );
  }
}

function frame(transactionId: number, unitId: number, pdu: Buffer): Buffer {
  const reply = Buffer.allocUnsafe(headerLength + pdu.length);
  reply.writeUInt16BE(transactionId, 0);
  reply.writeUInt16BE(0, 2);
  reply.writeUInt16BE(1 + pdu.length, 4);
  reply[6] = unitId;
  pdu.copy(reply, headerLength);
  return reply;
}

function damaged(reply: Buffer, knobs: ModbusKnobs): Buffer {
  if (knobs.garbage) return Buffer.from(knobs.garbage);
  if (knobs.transactionIdOffset) reply.writeUInt16BE((reply.readUInt16BE(0) + knobs.transactionIdOffset) & 0xffff, 0);
  if (knobs.replyUnitId !== undefined) reply[6] = knobs.replyUnitId;
  if (knobs.lengthOffset) reply.writeUInt16BE((reply.readUInt16BE(4) + knobs.lengthOffset) & 0xffff, 4);
  let sent = knobs.truncateBytes ? reply.subarray(0, Math.max(0, reply.length - knobs.truncateBytes)) : reply;
  if (knobs.mangle) sent = knobs.mangle(sent);
  if (knobs.trailer) sent = Buffer.concat([sent, knobs.trailer]);
  return knobs.repeatReply ? Buffer.concat([sent, sent]) : sent;
}
