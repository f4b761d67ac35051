import { crc16 } from './crc16.js';
import type { CutRequest, ModbusSimFraming } from './modbus-sim-framing.js';

const crcLength = 2;
const shortestFrame = 4;
/** Modbus over Serial Line V1.02, 2.5.1. */
const longestFrame = 256;

/**
 * Unit id, PDU and CRC: Modbus over Serial Line V1.02, 2.5.1. The ends of frames are found by the lengths that the functions
 * have and by the CRC, not by silence, which a stream does not preserve. Bytes before a proper frame are noise.
 */
export const rtuFraming: ModbusSimFraming = {
  name: 'rtu',

  cut(stream): CutRequest {
    for (let start = 0; start + shortestFrame <= stream.length; start++) {
      const length = lengthOfRequest(stream.subarray(start));
      if (length === undefined || !isFrame(stream, start, length)) continue;
      return start > 0 ? { kind: 'noise', length: start } : requestOf(stream, length);
    }
    // of a function that nobody knows the CRC tells the end, if nothing follows
    if (stream.length >= shortestFrame && isFrame(stream, 0, stream.length)) return requestOf(stream, stream.length);
    return stream.length > longestFrame
      ? { kind: 'noise', length: stream.length - longestFrame }
      : { kind: 'incomplete' };
  },

  frame(_transactionId, unitId, pdu): Buffer {
    const reply = Buffer.allocUnsafe(1 + pdu.length + crcLength);
    reply[0] = unitId;
    pdu.copy(reply, 1);
    reply.writeUInt16LE(crc16(reply.subarray(0, 1 + pdu.length)), 1 + pdu.length);
    return reply;
  },
};

/** Undefined for functions that are not known, and while the byte count has not come. */
function lengthOfRequest(frame: Buffer): number | undefined {
  const functionCode = frame[1];
  if (functionCode >= 1 && functionCode <= 6) return 8;
  if (functionCode === 22) return 10;
  const isCounted = functionCode === 15 || functionCode === 16;
  return isCounted && frame.length > 6 ? 9 + frame[6] : undefined;
}

function isFrame(stream: Buffer, start: number, length: number): boolean {
  const end = start + length - crcLength;
  return start + length <= stream.length && stream.readUInt16LE(end) === crc16(stream.subarray(start, end));
}

function requestOf(stream: Buffer, length: number): CutRequest {
  return { kind: 'request', length, transactionId: 0, unitId: stream[0], pdu: stream.subarray(1, length - crcLength) };
}
