import { EventEmitter } from 'node:events';
import { crc16 } from '../wire/crc16.js';
import { broadcastUnitId } from '../wire/expected-reply.js';
import type { Framing, ReplyProblem } from '../wire/framing.js';
import type { InStep, RequestHead } from './in-step.js';

export interface RequestPortEvents {
  /** Bytes for the wire. They are gone by the next request: write or copy them at once. */
  send(bytes: Buffer): void;
  /** The answer is not one to the outstanding request. Nothing of it has been passed on. */
  malformed(problem: ReplyProblem): void;
  /** The proper answer follows at once, but what stood behind it in the stream is nonsense. */
  answerIsLast(problem: ReplyProblem): void;
  /** The first `length` bytes of `chunk` came before anything was asked on this connection, or answered. They concern nobody. */
  greeted(chunk: Uint8Array, length: number): void;
  /** In place of the request a read was sent, to bring the unit back in step, and is answered: send the request again. */
  backInStep(): void;
}

/** What was out when the answer was given up. `resync`: the request itself had not been sent. */
export type Abandoned = 'nothing' | 'request' | 'resync';

export interface RequestPortSettings {
  readonly framing: Framing;
  readonly inStep: InStep;
}

/**
 * The port that modbus-serial talks through, in place of its own ports: it hands the frames that the library makes to the
 * framing of the wire, and hands back only answers that fit the request to the byte.
 *
 * The library keeps a table of transactions by `_transactionIdWrite`. Because there is one request at a time the id it sees
 * is always the same, so that its table holds one entry for ever; the ids on the wire are the framing's.
 */
export class RequestPort extends EventEmitter {
  /** Read by modbus-serial before each request. */
  isOpen = false;
  /** Set and read by modbus-serial. */
  _transactionIdWrite = 1;
  _transactionIdRead = 1;

  readonly #framing: Framing;
  readonly #inStep: InStep;
  readonly #events: RequestPortEvents;
  readonly #resyncFrame = Buffer.alloc(8);
  #out: Abandoned = 'nothing';
  /** On this connection. */
  #hasAsked = false;
  #isWriteOut = false;
  #sent: RequestHead = { unitId: 0, functionCode: 0, start: 0, count: 0 };

  constructor({ framing, inStep }: RequestPortSettings, events: RequestPortEvents) {
    super();
    this.#framing = framing;
    this.#inStep = inStep;
    this.#events = events;
  }

  /** False also while a read is out in place of the request. */
  get isRequestOut(): boolean {
    return this.#out === 'request';
  }

  /** Called by modbus-serial once; connecting is not its business here. */
  open(callback: () => void): void {
    callback();
  }

  /** Called by modbus-serial with unit id, PDU and CRC. */
  write(serialFrame: Buffer): void {
    this.#isWriteOut = serialFrame[1] > lastReadFunction;
    if (this.#framing.hasTransactionIds) return this.#send(serialFrame, 'request');
    const head = headOf(serialFrame);
    const resync = this.#inStep.readBefore(head);
    this.#sent = resync ?? head;
    this.#send(resync ? this.#frameOf(resync) : serialFrame, resync ? 'resync' : 'request');
  }

  /** Bytes from the wire: the first `length` of `chunk`. */
  receive(chunk: Uint8Array, length: number): void {
    if (this.#out === 'nothing') return this.#receiveUnasked(chunk, length);
    const state = this.#framing.push(chunk, length);
    if (state === 'incomplete') return;
    if (state === 'complete') return this.#answered();
    // what a device has confirmed is done, whatever it says afterwards; of a read that is not worth the doubt
    if (state.isBehindAnswer && this.#isWriteOut) {
      this.#events.answerIsLast(state);
      return this.#answered();
    }
    this.#out = 'nothing';
    this.#events.malformed(state);
  }

  /** The connection is gone, or given up. */
  disconnected(): void {
    this.isOpen = false;
    this.#hasAsked = false;
    this.#framing.connected();
  }

  /** What stands out in the bytes that came instead of an answer. */
  remark(): ReplyProblem | undefined {
    return this.#framing.remark();
  }

  /** The answer to the outstanding request is not waited for any more. */
  abandon(): Abandoned {
    const was = this.#out;
    this.#out = 'nothing';
    if (was !== 'nothing' && !this.#framing.hasTransactionIds) this.#inStep.lost(this.#sent, was === 'resync');
    return was;
  }

  #receiveUnasked(chunk: Uint8Array, length: number): void {
    if (!this.#hasAsked) return this.#events.greeted(chunk, length);
    const problem = this.#framing.pushUnasked(chunk, length);
    if (problem) this.#events.malformed(problem);
  }

  #send(serialFrame: Buffer, what: Abandoned): void {
    const isBroadcast = serialFrame[0] === broadcastUnitId && !this.#framing.hasTransactionIds;
    this.#out = isBroadcast ? 'nothing' : what;
    this.#hasAsked = true;
    this.#events.send(this.#framing.wrap(serialFrame));
  }

  #answered(): void {
    const was = this.#out;
    this.#out = 'nothing';
    const { greeting } = this.#framing;
    if (greeting.length > 0) this.#events.greeted(greeting, greeting.length); // told once, whenever it is said
    const answer = this.#framing.answer();
    if (!this.#framing.hasTransactionIds) this.#inStep.answered(this.#sent, answer[1] !== this.#sent.functionCode);
    if (was === 'resync') this.#events.backInStep();
    else this.emit('data', answer);
  }

  #frameOf({ unitId, functionCode, start, count }: RequestHead): Buffer {
    const frame = this.#resyncFrame;
    frame[0] = unitId;
    frame[1] = functionCode;
    frame.writeUInt16BE(start, 2);
    frame.writeUInt16BE(count, 4);
    frame.writeUInt16LE(crc16(frame, 0, 6), 6);
    return frame;
  }
}

/** 1 to 4 read, whatever is above changes something. */
const lastReadFunction = 4;

function headOf(serialFrame: Buffer): RequestHead {
  return {
    unitId: serialFrame[0],
    functionCode: serialFrame[1],
    start: serialFrame.readUInt16BE(2),
    count: serialFrame.readUInt16BE(4),
  };
}
