import { crc16 } from './crc16.js';
import type { ServerFraming, NextFrame, RequestFrame } from './framing.js';
import { functionCodes as fc } from './protocol.js';

const crcLength = 2;
/** Modbus over Serial Line V1.02, 2.5.1: unit id, at least a function code, CRC. */
const shortestFrame = 4;
const longestFrame = 256;
/** Half a frame that is followed by nothing for so long is not continued. Far longer than a network holds up the rest of one. */
const abandonedAfterMs = 1000;

/**
 * Unit id, PDU and CRC in a TCP connection, as serial device servers pass them on. Silence between frames does not survive the way, so a
 * request ends where its function says; what has no valid CRC is passed over byte by byte.
 */
export class RtuServerFraming implements ServerFraming {
  readonly answersForForeignUnits = false;
  #received: Buffer = Buffer.alloc(0);
  #at = 0;
  #pushedAtMs = 0;

  push(chunk: Buffer, nowMs: number): void {
    const isAbandoned = nowMs - this.#pushedAtMs > abandonedAfterMs;
    const rest = this.#received.subarray(this.#at);
    this.#received = rest.length === 0 || isAbandoned ? chunk : Buffer.concat([rest, chunk]);
    this.#at = 0;
    this.#pushedAtMs = nowMs;
  }

  next(): NextFrame {
    for (; this.#received.length - this.#at >= shortestFrame; this.#at++) {
      const length = this.#lengthAt(this.#at);
      if (length === undefined) return 'incomplete';
      if (length > longestFrame) continue;
      const end = this.#at + length;
      if (this.#received.length < end) return 'incomplete';
      if (!this.#hasCrc(this.#at, end)) continue;
      const frame = this.#received.subarray(this.#at, end - crcLength);
      this.#at = end;
      return { transactionId: 0, unitId: frame[0], pdu: frame.subarray(1) };
    }
    return 'incomplete';
  }

  wrap({ unitId }: RequestFrame, pdu: Buffer): Buffer {
    const frame = Buffer.allocUnsafe(1 + pdu.length + crcLength);
    frame[0] = unitId;
    frame.set(pdu, 1);
    frame.writeUInt16LE(crc16(frame, 0, frame.length - crcLength), frame.length - crcLength);
    return frame;
  }

  /** Of the request that would begin there; undefined when that is not told yet. A function that is not known takes all there is. */
  #lengthAt(at: number): number | undefined {
    const received = this.#received;
    switch (received[at + 1]) {
      case fc.readCoils:
      case fc.readDiscreteInputs:
      case fc.readHoldingRegisters:
      case fc.readInputRegisters:
      case fc.writeSingleCoil:
      case fc.writeSingleRegister:
        return 6 + crcLength;
      case fc.writeMultipleCoils:
      case fc.writeMultipleRegisters:
        return received.length > at + 6 ? 7 + received[at + 6] + crcLength : undefined;
      case fc.maskWriteRegister:
        return 8 + crcLength;
      case fc.readWriteMultipleRegisters:
        return received.length > at + 10 ? 11 + received[at + 10] + crcLength : undefined;
      case fc.encapsulatedInterface:
        return 5 + crcLength;
      default:
        return received.length - at;
    }
  }

  #hasCrc(at: number, end: number): boolean {
    return this.#received.readUInt16LE(end - crcLength) === crc16(this.#received, at, end - crcLength);
  }
}
