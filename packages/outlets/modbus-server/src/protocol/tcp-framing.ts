import type { ServerFraming, NextFrame, RequestFrame } from './framing.js';
import { longestPdu } from './protocol.js';

const headerLength = 7;

/** MBAP header and PDU (Modbus Messaging on TCP/IP V1.0b, 3.1.3). */
export class TcpServerFraming implements ServerFraming {
  readonly answersForForeignUnits = true;
  #received: Buffer = Buffer.alloc(0);
  #at = 0;

  push(chunk: Buffer): void {
    const rest = this.#received.subarray(this.#at);
    this.#received = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    this.#at = 0;
  }

  next(): NextFrame {
    const received = this.#received;
    const at = this.#at;
    if (received.length - at < headerLength) return 'incomplete';
    const protocolId = received.readUInt16BE(at + 2);
    // The unit id counts as one.
    const length = received.readUInt16BE(at + 4);
    if (protocolId !== 0 || length < 2 || length > 1 + longestPdu) return 'not-modbus';
    const end = at + headerLength - 1 + length;
    if (received.length < end) return 'incomplete';
    this.#at = end;
    return {
      transactionId: received.readUInt16BE(at),
      unitId: received[at + 6],
      pdu: received.subarray(at + headerLength, end),
    };
  }

  wrap({ transactionId, unitId }: RequestFrame, pdu: Buffer): Buffer {
    const frame = Buffer.allocUnsafe(headerLength + pdu.length);
    frame.writeUInt16BE(transactionId, 0);
    frame.writeUInt16BE(0, 2);
    frame.writeUInt16BE(1 + pdu.length, 4);
    frame[6] = unitId;
    frame.set(pdu, headerLength);
    return frame;
  }
}
