/**
 * The PDUs of the Modbus Application Protocol V1.1b3, from the server's side: request bytes → request, answer → bytes. Pure.
 */

export const functionCodes = {
  readCoils: 1,
  readDiscreteInputs: 2,
  readHoldingRegisters: 3,
  readInputRegisters: 4,
  writeSingleCoil: 5,
  writeSingleRegister: 6,
  writeMultipleCoils: 15,
  writeMultipleRegisters: 16,
  maskWriteRegister: 22,
  readWriteMultipleRegisters: 23,
  encapsulatedInterface: 43,
} as const;

/** Application Protocol V1.1b3, 7. */
export const exceptionCodes = {
  illegalFunction: 0x01,
  illegalDataAddress: 0x02,
  illegalDataValue: 0x03,
  serverDeviceFailure: 0x04,
  gatewayPathUnavailable: 0x0a,
  gatewayTargetFailed: 0x0b,
} as const;

export type ExceptionCode = (typeof exceptionCodes)[keyof typeof exceptionCodes];

/** An answer that says no. */
export interface ModbusException {
  readonly exception: ExceptionCode;
}

export type ModbusRequest =
  | {
      readonly type: 'read-bits';
      readonly area: 'coil' | 'discrete-input';
      readonly start: number;
      readonly count: number;
    }
  | {
      readonly type: 'read-registers';
      readonly area: 'holding-register' | 'input-register';
      readonly start: number;
      readonly count: number;
    }
  | { readonly type: 'write-bits'; readonly start: number; readonly bits: readonly boolean[] }
  | { readonly type: 'write-registers'; readonly start: number; readonly words: Buffer }
  | { readonly type: 'mask-write'; readonly start: number; readonly andMask: number; readonly orMask: number }
  | {
      readonly type: 'read-write-registers';
      readonly read: { readonly start: number; readonly count: number };
      readonly write: { readonly start: number; readonly words: Buffer };
    }
  | { readonly type: 'identify'; readonly readCode: number; readonly objectId: number };

/** Longest runs that one request may name (6.1 to 6.17). */
export const limits = {
  readBits: 2000,
  readRegisters: 125,
  writeBits: 1968,
  writeRegisters: 123,
  readWriteRegisters: 121,
} as const;

export const longestPdu = 253;

const addressSpace = 65_536;

export const isException = (answer: object): answer is ModbusException => 'exception' in answer;

/** `words` of a request is a view of `pdu`. */
export function parseRequest(pdu: Buffer): ModbusRequest | ModbusException {
  switch (pdu[0]) {
    case functionCodes.readCoils:
    case functionCodes.readDiscreteInputs:
      return parseReadBits(pdu);
    case functionCodes.readHoldingRegisters:
    case functionCodes.readInputRegisters:
      return parseReadRegisters(pdu);
    case functionCodes.writeSingleCoil:
      return parseWriteSingleCoil(pdu);
    case functionCodes.writeSingleRegister:
      return pdu.length === 5
        ? { type: 'write-registers', start: pdu.readUInt16BE(1), words: pdu.subarray(3) }
        : illegalValue;
    case functionCodes.writeMultipleCoils:
      return parseWriteCoils(pdu);
    case functionCodes.writeMultipleRegisters:
      return parseWriteRegisters(pdu);
    case functionCodes.maskWriteRegister:
      return parseMaskWrite(pdu);
    case functionCodes.readWriteMultipleRegisters:
      return parseReadWriteRegisters(pdu);
    case functionCodes.encapsulatedInterface:
      return parseIdentify(pdu);
    default:
      return { exception: exceptionCodes.illegalFunction };
  }
}

const illegalValue: ModbusException = { exception: exceptionCodes.illegalDataValue };
const illegalAddress: ModbusException = { exception: exceptionCodes.illegalDataAddress };

/** The order of the checks is that of the state diagrams of chapter 6: quantity first, then the range of addresses. */
function checkRun(start: number, count: number, longest: number): ModbusException | undefined {
  if (count < 1 || count > longest) return illegalValue;
  return start + count > addressSpace ? illegalAddress : undefined;
}

function parseReadBits(pdu: Buffer): ModbusRequest | ModbusException {
  if (pdu.length !== 5) return illegalValue;
  const [start, count] = [pdu.readUInt16BE(1), pdu.readUInt16BE(3)];
  const area = pdu[0] === functionCodes.readCoils ? 'coil' : 'discrete-input';
  return checkRun(start, count, limits.readBits) ?? { type: 'read-bits', area, start, count };
}

function parseReadRegisters(pdu: Buffer): ModbusRequest | ModbusException {
  if (pdu.length !== 5) return illegalValue;
  const [start, count] = [pdu.readUInt16BE(1), pdu.readUInt16BE(3)];
  const area = pdu[0] === functionCodes.readHoldingRegisters ? 'holding-register' : 'input-register';
  return checkRun(start, count, limits.readRegisters) ?? { type: 'read-registers', area, start, count };
}

function parseWriteSingleCoil(pdu: Buffer): ModbusRequest | ModbusException {
  if (pdu.length !== 5) return illegalValue;
  const value = pdu.readUInt16BE(3);
  if (value !== 0 && value !== 0xff00) return illegalValue;
  return { type: 'write-bits', start: pdu.readUInt16BE(1), bits: [value !== 0] };
}

function parseWriteCoils(pdu: Buffer): ModbusRequest | ModbusException {
  if (pdu.length < 6) return illegalValue;
  const [start, count, byteCount] = [pdu.readUInt16BE(1), pdu.readUInt16BE(3), pdu[5]];
  if (byteCount !== Math.ceil(count / 8) || pdu.length !== 6 + byteCount) return illegalValue;
  const bits = (): boolean[] => Array.from({ length: count }, (_, i) => ((pdu[6 + (i >> 3)] >> (i & 7)) & 1) === 1);
  return checkRun(start, count, limits.writeBits) ?? { type: 'write-bits', start, bits: bits() };
}

function parseWriteRegisters(pdu: Buffer): ModbusRequest | ModbusException {
  if (pdu.length < 6) return illegalValue;
  const [start, count, byteCount] = [pdu.readUInt16BE(1), pdu.readUInt16BE(3), pdu[5]];
  if (byteCount !== 2 * count || pdu.length !== 6 + byteCount) return illegalValue;
  return checkRun(start, count, limits.writeRegisters) ?? { type: 'write-registers', start, words: pdu.subarray(6) };
}

function parseMaskWrite(pdu: Buffer): ModbusRequest | ModbusException {
  if (pdu.length !== 7) return illegalValue;
  return { type: 'mask-write', start: pdu.readUInt16BE(1), andMask: pdu.readUInt16BE(3), orMask: pdu.readUInt16BE(5) };
}

function parseReadWriteRegisters(pdu: Buffer): ModbusRequest | ModbusException {
  if (pdu.length < 10) return illegalValue;
  const read = { start: pdu.readUInt16BE(1), count: pdu.readUInt16BE(3) };
  const write = { start: pdu.readUInt16BE(5), count: pdu.readUInt16BE(7) };
  if (pdu[9] !== 2 * write.count || pdu.length !== 10 + pdu[9]) return illegalValue;
  const [ofRead, ofWrite] = [
    checkRun(read.start, read.count, limits.readRegisters),
    checkRun(write.start, write.count, limits.readWriteRegisters),
  ];
  if (ofRead === illegalValue || ofWrite === illegalValue) return illegalValue;
  const words = pdu.subarray(10);
  return ofRead ?? ofWrite ?? { type: 'read-write-registers', read, write: { start: write.start, words } };
}

/** 6.21: only Read Device Identification (MEI type 14). */
function parseIdentify(pdu: Buffer): ModbusRequest | ModbusException {
  if (pdu[1] !== 14) return { exception: exceptionCodes.illegalFunction };
  return pdu.length === 4 ? { type: 'identify', readCode: pdu[2], objectId: pdu[3] } : illegalValue;
}

export function exceptionPdu(functionCode: number, { exception }: ModbusException): Buffer {
  return Buffer.from([functionCode | 0x80, exception]);
}

/** FC 1, 2, 3, 4, 23: function, byte count, bytes. */
export function readPdu(functionCode: number, bytes: Uint8Array): Buffer {
  const pdu = Buffer.allocUnsafe(2 + bytes.length);
  pdu[0] = functionCode;
  pdu[1] = bytes.length;
  pdu.set(bytes, 2);
  return pdu;
}

/** FC 5, 6, 22 repeat the request; FC 15, 16 its first five bytes: function, address, quantity. */
export function writtenPdu(request: Buffer): Buffer {
  const isRun = request[0] === functionCodes.writeMultipleCoils || request[0] === functionCodes.writeMultipleRegisters;
  return Buffer.from(isRun ? request.subarray(0, 5) : request);
}
