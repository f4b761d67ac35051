/** An answer that is not one to the request. */
export interface ReplyProblem {
  readonly problem: string;
  /** The peer speaks the other framing; `problem` names the option to set. */
  readonly isOtherFraming?: true;
  /** The proper answer had come before it: `Framing.answer` holds it. */
  readonly isBehindAnswer?: true;
}

export type ReadState = 'incomplete' | 'complete' | ReplyProblem;

/** How a request is wrapped for its way, and how its answer is found in what comes back. There is one request out at a time. */
export interface Framing {
  /**
   * Frames say which request they answer. Where they don't, an answer that comes too late looks like the answer to the next
   * request of the same shape (see `InStep`), and foreign bytes are part of life rather than a reason to hang up.
   */
  readonly hasTransactionIds: boolean;
  /** A new connection: nothing has been asked or answered on it. */
  connected(): void;
  /** `serialFrame` is what modbus-serial makes: unit id, PDU, CRC. Returns the bytes to send, valid until the next request. */
  wrap(serialFrame: Buffer): Buffer;
  /** Takes the first `length` bytes of `chunk`. Not called again for this request after anything but `incomplete`. */
  push(chunk: Uint8Array, length: number): ReadState;
  /** The same while nothing is asked. Gives what is wrong with these bytes; undefined if they concern nobody. */
  pushUnasked(chunk: Uint8Array, length: number): ReplyProblem | undefined;
  /** The answer as modbus-serial expects it: unit id, PDU, CRC. After `complete`, until the next request. */
  answer(): Buffer;
  /** What came on this connection before its first answer and was passed over; empty where foreign bytes are part of life. */
  readonly greeting: Buffer;
  /** What stands out in the bytes that came instead of an answer, for the message of a time-out. */
  remark(): ReplyProblem | undefined;
}
