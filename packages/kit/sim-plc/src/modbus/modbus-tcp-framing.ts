import type { CutRequest, ModbusSimFraming } from './modbus-sim-framing.js';

const headerLength = 7;
const maxLengthField = 254;

/** MBAP header and PDU: Modbus Messaging on TCP/IP V1.0b, 3.1. */
export const tcpFraming: ModbusSimFraming = {
  name: 'tcp',

  cut(stream): CutRequest {
    if (stream.length < headerLength) return { kind: 'incomplete' };
    const length = stream.readUInt16BE(4);
    if (stream.readUInt16BE(2) !== 0 || length < 2 || length > maxLengthField) return { kind: 'broken' };
    if (stream.length < 6 + length) return { kind: 'incomplete' };
    const pdu = stream.subarray(headerLength, 6 + length);
    return { kind: 'request', length: 6 + length, transactionId: stream.readUInt16BE(0), unitId: stream[6], pdu };
  },

  frame(transactionId, unitId, pdu): Buffer {
    const reply = Buffer.allocUnsafe(headerLength + pdu.length);
    reply.writeUInt16BE(transactionId, 0);
    reply.writeUInt16BE(0, 2);
    reply.writeUInt16BE(1 + pdu.length, 4);
    reply[6] = unitId;
    pdu.copy(reply, headerLength);
    return reply;
  },
};
