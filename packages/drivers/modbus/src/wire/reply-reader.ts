import type { ReadState, ReplyProblem } from './framing.js';
import { headIn, longestGreeting, noFrame } from './late-greeting.js';
import { headLength, mbapLength, type ExpectedTcpReply } from './expected-reply.js';
import { isRtuAnswer, mayBecomeRtuAnswer, rtuUnderTcp } from './other-framing.js';

/** Longest unit id + PDU. */
export const maxAduLength = 254;

const crcLength = 2;
const exceptionAduLength = 3;

/** So many answers before the present one may be sent once more. */
const repeatWindow = 256;

/** What is known of a peer that departs from the protocol. */
export interface TcpLeniency {
  readonly ignoreTransactionId: boolean;
  readonly tolerateLength: boolean;
}

const nothing = Buffer.alloc(0);

const strict: TcpLeniency = { ignoreTransactionId: false, tolerateLength: false };

type FrameKind = { readonly length: number; readonly isRepeat: boolean } | ReplyProblem;

/**
 * Finds the answer in the stream of segments, and checks everything that the request allows to foretell. There is at most one
 * answer at a time, because there is at most one request. Answers of earlier requests of this connection that come once more are
 * passed over: their transaction ids tell them apart.
 */
export class ReplyReader {
  readonly expected: ExpectedTcpReply = { transactionId: 0, unitId: 0, functionCode: 0, aduLength: 0, byteCount: -1 };
  readonly #leniency: TcpLeniency;
  /** The frame that is coming in: MBAP header, unit id, PDU. */
  readonly #frame = Buffer.alloc(mbapLength + maxAduLength);
  /** Unit id and PDU of the last answer, and room for the CRC that modbus-serial wants behind them. */
  readonly #answer = Buffer.alloc(maxAduLength + crcLength);
  #received = 0;
  #answerLength = 0;
  /** Answers on this connection, as far as they count. */
  #answered = 0;
  #repeats = 0;
  /** Bytes before the first answer on this connection that belong to no frame. */
  #greeting: Buffer = nothing;

  constructor(leniency = strict) {
    this.#leniency = leniency;
  }

  connected(): void {
    this.#received = this.#answered = 0;
    this.#greeting = nothing;
  }

  /** What came on this connection before its first answer and was passed over. */
  get greeting(): Buffer {
    return this.#greeting;
  }

  /** `expected` has been filled for the next request. What has come of a repeated frame stays. */
  begin(): void {
    this.#repeats = 0;
  }

  /** Unit id, PDU, and two bytes for the CRC. */
  get answer(): Buffer {
    return this.#answer.subarray(0, this.#answerLength + crcLength);
  }

  /** Answers to earlier requests that came since the present one was sent. */
  get repeats(): number {
    return this.#repeats;
  }

  /** What the peer says instead of an answer. */
  get remark(): ReplyProblem | undefined {
    return this.#answered > 0 || this.#greeting.length === 0
      ? undefined
      : noFrame(Buffer.concat([this.#greeting, this.#frame.subarray(0, this.#received)]), true);
  }

  /** Takes the first `length` bytes of `chunk`. After anything but `incomplete` the answer is finished; call `begin` again. */
  push(chunk: Uint8Array, length: number): ReadState {
    for (let at = 0; at < length;) {
      at = this.#fill(chunk, at, length, headLength);
      if (this.#received < headLength) return this.#ofShortFrame();
      const kind = this.#kindOfAnswer();
      if ('problem' in kind) return this.#ofProblem(kind, chunk, at, length);
      at = this.#fill(chunk, at, length, kind.length);
      if (this.#received < kind.length) return 'incomplete';
      if (!kind.isRepeat) return this.#finish(kind.length, chunk, at, length);
      this.#repeats++;
      this.#received = 0;
    }
    return 'incomplete';
  }

  /** While nothing is asked: only answers that come once more are let pass. */
  pushUnasked(chunk: Uint8Array, length: number, from = 0): ReplyProblem | undefined {
    for (let at = from; at < length;) {
      at = this.#fill(chunk, at, length, headLength);
      if (!this.#mayBeRepeat(true)) return this.#unasked();
      if (this.#received < headLength) return undefined;
      const end = mbapLength + this.#frame.readUInt16BE(4);
      if (!this.#hasFrameHead()) return this.#unasked();
      at = this.#fill(chunk, at, length, end);
      if (this.#received < end) return undefined;
      this.#received = 0;
    }
    return undefined;
  }

  #fill(chunk: Uint8Array, from: number, length: number, wanted: number): number {
    const end = Math.min(length, from + Math.max(0, wanted - this.#received));
    for (let i = from; i < end; i++) this.#frame[this.#received++] = chunk[i];
    return end;
  }

  #kindOfAnswer(): FrameKind {
    const frame = this.#frame;
    const { transactionId, unitId, functionCode, aduLength } = this.expected;
    const id = frame.readUInt16BE(0);
    const protocol = frame.readUInt16BE(2);
    if (id !== transactionId && !this.#leniency.ignoreTransactionId) {
      if (protocol !== 0) return this.#noFrame();
      if (this.#mayBeRepeat(false) && this.#hasFrameHead())
        return { length: mbapLength + this.#lengthField, isRepeat: true };
      return { problem: `transaction ${id} instead of ${transactionId}${always('ignoreTransactionId')}` };
    }
    if (protocol !== 0) return { problem: `protocol ${protocol} instead of 0 (Modbus)` };
    if (frame[6] !== unitId) return { problem: `unit ${frame[6]} instead of ${unitId}` };
    if (frame[7] === (functionCode | 0x80)) return { length: mbapLength + exceptionAduLength, isRepeat: false };
    if (frame[7] !== functionCode) return { problem: `function ${frame[7]} instead of ${functionCode}` };
    if (this.#lengthField !== aduLength && !this.#leniency.tolerateLength)
      return { problem: `length ${this.#lengthField} instead of ${aduLength}${always('tolerateLength')}` };
    return { length: mbapLength + aduLength, isRepeat: false };
  }

  /** The whole frame is there, and `chunk` from `at` on stands behind it. */
  #finish(frameLength: number, chunk: Uint8Array, at: number, length: number): ReadState {
    const problem = this.#frameProblem();
    this.#received = 0;
    if (problem !== undefined) return { problem };
    this.#answerLength = frameLength - mbapLength;
    this.#frame.copy(this.#answer, 0, mbapLength, frameLength);
    this.#answered = Math.min(repeatWindow, this.#answered + 1);
    // a length field that is too long may be true of bytes that nobody needs
    const padding = Math.max(0, this.#lengthField - this.#answerLength);
    if (at === length || (length - at <= padding && this.#leniencyCovers())) return 'complete';
    if (this.pushUnasked(chunk, length, at) === undefined) return 'complete';
    return { problem: 'bytes behind the end of the answer', isBehindAnswer: true };
  }

  #frameProblem(): string | undefined {
    const { functionCode, byteCount } = this.expected;
    const [code, next] = [this.#frame[7], this.#frame[8]];
    if (code === functionCode)
      return byteCount < 0 || next === byteCount ? undefined : `byte count ${next} instead of ${byteCount}`;
    // An exception is two bytes whatever the length field says (devices in the field say 4); but then it must be one.
    const isLengthRight = this.#lengthField === exceptionAduLength;
    return isLengthRight || next !== 0 ? undefined : `length ${this.#lengthField} instead of ${exceptionAduLength}`;
  }

  #leniencyCovers(): boolean {
    return this.#frame[7] !== this.expected.functionCode || this.#leniency.tolerateLength;
  }

  get #lengthField(): number {
    return this.#frame.readUInt16BE(4);
  }

  #hasFrameHead(): boolean {
    return (
      this.#frame.readUInt16BE(2) === 0 && this.#lengthField >= exceptionAduLength && this.#lengthField <= maxAduLength
    );
  }

  /**
   * It begins with the transaction id of an answered request. `isIdle`: that of the last request is one, too. All earlier requests of a
   * connection were answered: one that was not takes the connection with it.
   */
  #mayBeRepeat(isIdle: boolean): boolean {
    if (this.#leniency.ignoreTransactionId) return false;
    if (this.#received < 2) return false;
    const distance = (this.expected.transactionId - this.#frame.readUInt16BE(0)) & 0xffff;
    return isIdle ? distance < this.#answered : distance >= 1 && distance <= this.#answered;
  }

  /** Less than a head: RTU frames can be that short. */
  #ofShortFrame(): ReadState {
    return this.#isRtu() ? this.#rtu() : 'incomplete';
  }

  #ofProblem(found: ReplyProblem, chunk: Uint8Array, at: number, length: number): ReadState {
    const taken = this.#fill(chunk, at, length, this.#frame.length);
    const isOwn = this.#frame.readUInt16BE(0) === this.expected.transactionId;
    if (!isOwn && this.#isRtu()) return this.#rtu();
    if (!isOwn && mayBecomeRtuAnswer(this.#frame, this.#received, this.expected)) return 'incomplete';
    if (!isOwn && this.#mayBeGreeting()) return this.#passOver(found, Buffer.from(chunk.subarray(taken, length)));
    this.#received = 0;
    return found;
  }

  /**
   * Device servers say who they are when somebody connects, and may do so when the first request is out already. Until something was answered here
   * the transaction id, which is new, tells the answer from whatever stands before it.
   */
  #mayBeGreeting(): boolean {
    return this.#answered === 0 && (this.#greeting.length > 0 || this.#frame.readUInt16BE(2) !== 0);
  }

  /** Takes up again at the head of the answer. `rest`: what came behind the bytes of the frame. */
  #passOver(found: ReplyProblem, rest: Buffer): ReadState {
    const all = Buffer.concat([this.#frame.subarray(0, this.#received), rest]);
    const head = headIn(all, this.expected);
    const kept = head < 0 ? Math.max(1, all.length - headLength + 1) : head;
    this.#received = 0;
    this.#greeting = Buffer.concat([this.#greeting, all.subarray(0, kept)]);
    if (this.#greeting.length > longestGreeting) return found;
    const left = all.subarray(kept);
    if (head >= 0) return this.push(left, left.length);
    this.#received = left.copy(this.#frame);
    return 'incomplete';
  }

  /** The third byte of a head is 0, that of so short an RTU frame never. */
  #isRtu(): boolean {
    if (this.#received < headLength && this.#frame[2] === 0) return false;
    return isRtuAnswer(this.#frame, this.#received);
  }

  #noFrame(): ReplyProblem {
    return noFrame(this.#frame.subarray(0, headLength), this.#answered === 0);
  }

  #rtu(): ReplyProblem {
    this.#received = 0;
    return rtuUnderTcp;
  }

  #unasked(): ReplyProblem {
    this.#received = 0;
    return { problem: 'bytes that nobody asked for' };
  }
}

function always(option: keyof TcpLeniency): string {
  return `; if this device always does so, set ${option}: true`;
}
