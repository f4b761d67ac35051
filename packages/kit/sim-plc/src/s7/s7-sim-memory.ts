import {
  areaCodes,
  returnCodes,
  transportSizes,
  type S7SimItem,
  type S7SimReadResult,
  type S7SimWriteItem,
} from './s7-sim-protocol.js';

/** The memory of a simulated CPU. Buffers are the PLC's memory itself: a test or a process model changes them at any time. */
export class S7SimMemory {
  /** Data blocks by number. */
  readonly dbs: Map<number, Buffer>;
  markers: Buffer;
  inputs: Buffer;
  outputs: Buffer;
  /** Two bytes each, S5TIME. */
  timers: Buffer;
  /** Two bytes each, BCD. */
  counters: Buffer;

  constructor(init: S7SimMemoryInit) {
    this.dbs = new Map(Object.entries(init.dbs ?? {}).map(([number, bytes]) => [Number(number), bytes]));
    this.markers = init.markers ?? Buffer.alloc(2048);
    this.inputs = init.inputs ?? Buffer.alloc(1024);
    this.outputs = init.outputs ?? Buffer.alloc(1024);
    this.timers = init.timers ?? Buffer.alloc(512);
    this.counters = init.counters ?? Buffer.alloc(512);
  }

  read(item: S7SimItem): S7SimReadResult {
    const range = this.#locate(item);
    if (typeof range === 'number') return { code: range, transport: item.transport, data: Buffer.alloc(0) };
    const { bytes, at, length } = range;
    const isBit = item.transport === transportSizes.bit;
    const data = isBit ? Buffer.from([(bytes[at] >> item.bit) & 1]) : Buffer.from(bytes.subarray(at, at + length));
    return { code: returnCodes.ok, transport: item.transport, data };
  }

  /** Returns the item's return code. */
  write(item: S7SimWriteItem): number {
    const range = this.#locate(item);
    if (typeof range === 'number') return range;
    const { bytes, at, length } = range;
    if (item.data.length !== length) return returnCodes.typeInconsistent;
    if (item.transport === transportSizes.bit) writeBit(bytes, at, item.bit, (item.data[0] & 1) === 1);
    else item.data.copy(bytes, at);
    return returnCodes.ok;
  }

  #locate(item: S7SimItem): { bytes: Buffer; at: number; length: number } | number {
    const bytes = this.#area(item);
    if (!bytes) return returnCodes.doesNotExist;
    if (item.byteLength === undefined) return returnCodes.typeNotSupported;
    if (item.transport === transportSizes.bit && item.count !== 1) return returnCodes.typeNotSupported;
    const at = isNumbered(item) ? item.start * 2 : item.start;
    if (item.count === 0 || at + item.byteLength > bytes.length) return returnCodes.outOfRange;
    return { bytes, at, length: item.byteLength };
  }

  #area({ area, db }: S7SimItem): Buffer | undefined {
    switch (area) {
      case areaCodes.db:
        return this.dbs.get(db);
      case areaCodes.markers:
        return this.markers;
      case areaCodes.inputs:
      case areaCodes.peripheral:
        return this.inputs;
      case areaCodes.outputs:
        return this.outputs;
      case areaCodes.timers:
        return this.timers;
      case areaCodes.counters:
        return this.counters;
      default:
        return undefined;
    }
  }
}

export interface S7SimMemoryInit {
  readonly dbs?: Readonly<Record<number, Buffer>>;
  readonly markers?: Buffer;
  readonly inputs?: Buffer;
  readonly outputs?: Buffer;
  readonly timers?: Buffer;
  readonly counters?: Buffer;
}

function isNumbered({ area }: S7SimItem): boolean {
  return area === areaCodes.timers || area === areaCodes.counters;
}

function writeBit(bytes: Buffer, at: number, bit: number, on: boolean): void {
  bytes[at] = on ? bytes[at] | (1 << bit) : bytes[at] & ~(1 << bit);
}
