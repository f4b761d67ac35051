/** A request as it came: for whom, and what. `pdu` is a view that is good until the next `push`. */
export interface RequestFrame {
  readonly unitId: number;
  readonly pdu: Buffer;
  /** Of the MBAP header; 0 where frames have none. */
  readonly transactionId: number;
}

/** `incomplete`: more bytes are needed. `not-modbus`: these bytes are none, and nobody knows where the next frame begins. */
export type NextFrame = RequestFrame | 'incomplete' | 'not-modbus';

/** Bytes of one connection → requests, and answers → bytes. One for each connection. Pure but for what it keeps of half a frame. */
export interface ServerFraming {
  /** Takes more bytes. `nowMs` is monotonic. Call it only when `next` has said `incomplete`. */
  push(chunk: Buffer, nowMs: number): void;
  next(): NextFrame;
  wrap(request: RequestFrame, pdu: Buffer): Buffer;
  /** A request for a unit that is not here is answered (TCP), or belongs to another on the line (RTU). */
  readonly answersForForeignUnits: boolean;
}
