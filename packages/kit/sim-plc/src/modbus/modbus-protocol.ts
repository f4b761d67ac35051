import type { ModbusHole, ModbusKnobs } from './modbus-knobs.js';
import type { ModbusArea, ModbusMemory } from './modbus-memory.js';

export const exceptionCodes = {
  illegalFunction: 1,
  illegalDataAddress: 2,
  illegalDataValue: 3,
  gatewayPathUnavailable: 0x0a,
  gatewayTargetFailedToRespond: 0x0b,
} as const;

/** A request without its header, still in the receive buffer. */
export interface SimModbusRequest {
  readonly unitId: number;
  readonly functionCode: number;
  readonly start: number;
  /** Registers or bits; 1 for functions 5, 6 and 22. */
  readonly count: number;
  readonly pdu: Buffer;
}

interface FunctionRule {
  readonly area: ModbusArea;
  readonly writes: boolean;
  /** Of registers or bits in one request: Modbus Application Protocol V1.1b3, 6.1 to 6.16. */
  readonly maxCount: number;
  readonly unit: 'register' | 'bit';
  /** What the PDU's length must be. */
  readonly pduLength: (pdu: Buffer) => number;
  /** PDU of the answer. */
  readonly answer: (memory: ModbusMemory, request: SimModbusRequest) => Buffer;
}

const fixed = (length: number) => (): number => length;
const counted = (pdu: Buffer): number => 6 + pdu[5];

export const functionRules: Readonly<Record<number, FunctionRule>> = {
  1: { area: 'coils', writes: false, maxCount: 2000, unit: 'bit', pduLength: fixed(5), answer: readBits },
  2: { area: 'discreteInputs', writes: false, maxCount: 2000, unit: 'bit', pduLength: fixed(5), answer: readBits },
  3: { area: 'holdingRegisters', writes: false, maxCount: 125, unit: 'register', pduLength: fixed(5), answer: readRegisters },
  4: { area: 'inputRegisters', writes: false, maxCount: 125, unit: 'register', pduLength: fixed(5), answer: readRegisters },
  5: { area: 'coils', writes: true, maxCount: 1, unit: 'bit', pduLength: fixed(5), answer: writeCoil },
  6: { area: 'holdingRegisters', writes: true, maxCount: 1, unit: 'register', pduLength: fixed(5), answer: writeRegister },
  15: { area: 'coils', writes: true, maxCount: 1968, unit: 'bit', pduLength: counted, answer: writeCoils },
  16: { area: 'holdingRegisters', writes: true, maxCount: 123, unit: 'register', pduLength: counted, answer: writeRegisters },
  22: { area: 'holdingRegisters', writes: true, maxCount: 1, unit: 'register', pduLength: fixed(7), answer: maskWrite },
}; // prettier-ignore

const singleFunctions = [5, 6, 22];

export function parseRequest(unitId: number, pdu: Buffer): SimModbusRequest {
  const functionCode = pdu[0];
  const start = pdu.length >= 3 ? pdu.readUInt16BE(1) : 0;
  const count = singleFunctions.includes(functionCode) ? 1 : pdu.length >= 5 ? pdu.readUInt16BE(3) : 0;
  return { unitId, functionCode, start, count, pdu };
}

/** The exception that the specification's state diagrams ask for (or a knob), undefined when the request is in order. */
export function exceptionFor(request: SimModbusRequest, knobs: ModbusKnobs): number | undefined {
  const rule = functionRules[request.functionCode];
  if (knobs.exceptionCode !== undefined) return knobs.exceptionCode;
  if (rule === undefined || knobs.unsupportedFunctions?.includes(request.functionCode)) {
    return exceptionCodes.illegalFunction;
  }
  const limit = (rule.unit === 'bit' ? knobs.maxBits : knobs.maxRegisters) ?? rule.maxCount;
  if (!isWellFormed(request, rule) || request.count > Math.min(limit, rule.maxCount)) {
    return exceptionCodes.illegalDataValue;
  }
  if (!isInReach(request, rule, knobs)) return exceptionCodes.illegalDataAddress;
  return undefined;
}

function isWellFormed({ functionCode, count, pdu }: SimModbusRequest, rule: FunctionRule): boolean {
  if (pdu.length < 5 || pdu.length !== rule.pduLength(pdu) || count < 1) return false;
  if (functionCode === 5) return [0x0000, 0xff00].includes(pdu.readUInt16BE(3));
  if (functionCode === 15) return pdu[5] === Math.ceil(count / 8);
  if (functionCode === 16) return pdu[5] === 2 * count;
  return true;
}

function isInReach({ start, count }: SimModbusRequest, rule: FunctionRule, knobs: ModbusKnobs): boolean {
  const inHole = (hole: ModbusHole): boolean =>
    hole.area === rule.area && start < hole.start + hole.count && hole.start < start + count;
  return start + count <= 65_536 && !(rule.writes && knobs.readOnly) && !knobs.holes?.some(inHole);
}

export function exceptionPdu(functionCode: number, exceptionCode: number): Buffer {
  return Buffer.of(functionCode | 0x80, exceptionCode);
}

function readBits(memory: ModbusMemory, { functionCode, start, count }: SimModbusRequest): Buffer {
  const byteCount = Math.ceil(count / 8);
  const pdu = Buffer.allocUnsafe(2 + byteCount);
  pdu[0] = functionCode;
  pdu[1] = byteCount;
  (functionCode === 1 ? memory.coils : memory.discreteInputs).pack(start, count, pdu, 2);
  return pdu;
}

function readRegisters(memory: ModbusMemory, { functionCode, start, count }: SimModbusRequest): Buffer {
  const pdu = Buffer.allocUnsafe(2 + 2 * count);
  pdu[0] = functionCode;
  pdu[1] = 2 * count;
  const bank = functionCode === 3 ? memory.holdingRegisters : memory.inputRegisters;
  bank.bytes.copy(pdu, 2, 2 * start, 2 * (start + count));
  return pdu;
}

function writeCoil(memory: ModbusMemory, { start, pdu }: SimModbusRequest): Buffer {
  memory.coils.set(start, pdu[3] === 0xff);
  return Buffer.from(pdu);
}

function writeRegister(memory: ModbusMemory, { start, pdu }: SimModbusRequest): Buffer {
  memory.holdingRegisters.set(start, pdu.readUInt16BE(3));
  return Buffer.from(pdu);
}

function writeCoils(memory: ModbusMemory, { start, count, pdu }: SimModbusRequest): Buffer {
  memory.coils.unpack(start, count, pdu, 6);
  return Buffer.from(pdu.subarray(0, 5));
}

function writeRegisters(memory: ModbusMemory, { start, count, pdu }: SimModbusRequest): Buffer {
  pdu.copy(memory.holdingRegisters.bytes, 2 * start, 6, 6 + 2 * count);
  return Buffer.from(pdu.subarray(0, 5));
}

function maskWrite(memory: ModbusMemory, { start, pdu }: SimModbusRequest): Buffer {
  const andMask = pdu.readUInt16BE(3);
  const orMask = pdu.readUInt16BE(5);
  const current = memory.holdingRegisters.get(start);
  memory.holdingRegisters.set(start, (current & andMask) | (orMask & ~andMask));
  return Buffer.from(pdu);
}

/** The answer to a read with so many registers (or bytes of bits) more or fewer than it should have. */
export function withSurplus(pdu: Buffer, surplus: number): Buffer {
  const isRead = pdu[0] >= 1 && pdu[0] <= 4;
  if (!isRead) return pdu;
  const byteCount = Math.max(0, Math.min(250, pdu[1] + surplus * (pdu[0] <= 2 ? 1 : 2)));
  const other = Buffer.alloc(2 + byteCount);
  pdu.copy(other, 0, 0, Math.min(pdu.length, other.length));
  other[1] = byteCount;
  return other;
}
