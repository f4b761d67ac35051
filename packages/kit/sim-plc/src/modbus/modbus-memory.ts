import { valueCodec, type Encoding } from '@fieldwarden/codec';
import type { DataType, TagValue } from '@fieldwarden/core';

export type ModbusArea = 'coils' | 'discreteInputs' | 'inputRegisters' | 'holdingRegisters';

const addressSpace = 65_536;

/** 65,536 bits, all off at the start. Addresses are those on the wire, from 0. */
export class BitBank {
  readonly #bits = new Uint8Array(addressSpace);

  get(address: number): boolean {
    return this.#bits[address] === 1;
  }

  set(address: number, ...values: readonly boolean[]): void {
    values.forEach((value, i) => (this.#bits[address + i] = value ? 1 : 0));
  }

  /** Eight bits to a byte, the first in bit 0; missing bits of the last byte are 0 (Modbus 6.1). */
  pack(start: number, count: number, target: Buffer, offset: number): void {
    target.fill(0, offset, offset + Math.ceil(count / 8));
    for (let i = 0; i < count; i++) target[offset + (i >> 3)] |= this.#bits[start + i] << (i & 7);
  }

  unpack(start: number, count: number, source: Buffer, offset: number): void {
    for (let i = 0; i < count; i++) this.#bits[start + i] = (source[offset + (i >> 3)] >> (i & 7)) & 1;
  }
}

/** 65,536 registers, all 0 at the start, kept as they travel: big-endian. Addresses are those on the wire, from 0. */
export class RegisterBank {
  readonly bytes = Buffer.alloc(2 * addressSpace);

  get(address: number): number {
    return this.bytes.readUInt16BE(2 * address);
  }

  set(address: number, ...values: readonly number[]): void {
    values.forEach((value, i) => this.bytes.writeUInt16BE(value & 0xffff, 2 * (address + i)));
  }

  setValue(address: number, type: DataType, value: TagValue, encoding?: Encoding): void {
    valueCodec(type, { int8Width: 2, ...encoding }).encode(value, this.bytes, 2 * address);
  }

  getValue(address: number, type: DataType, encoding?: Encoding): TagValue | undefined {
    return valueCodec(type, { int8Width: 2, ...encoding }).decode(this.bytes, 2 * address);
  }
}

/** What one unit holds. Banks are made when first touched: a unit with ten registers costs no four banks. */
export class ModbusMemory {
  #coils: BitBank | undefined;
  #discreteInputs: BitBank | undefined;
  #inputRegisters: RegisterBank | undefined;
  #holdingRegisters: RegisterBank | undefined;

  get coils(): BitBank {
    return (this.#coils ??= new BitBank());
  }

  get discreteInputs(): BitBank {
    return (this.#discreteInputs ??= new BitBank());
  }

  get inputRegisters(): RegisterBank {
    return (this.#inputRegisters ??= new RegisterBank());
  }

  get holdingRegisters(): RegisterBank {
    return (this.#holdingRegisters ??= new RegisterBank());
  }
}
