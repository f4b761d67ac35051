import {
  BitArrayCodec,
  bitCodec,
  ColumnDecoder,
  valueCodec,
  wordBitPosition,
  type ColumnCell,
  type ColumnCodec,
} from '@fieldwarden/codec';
import { formatDataType, isGatewayError, toGatewayError, type StatusCode } from '@fieldwarden/core';
import type { Point } from '@fieldwarden/driver';
import { parseModbusAddress, type ModbusAddress } from '../address/address.js';
import { areaTraits } from '../address/area.js';
import type { ModbusDeviceOptions } from '../device-options.js';
import type { PlannedRead, PlanPoint } from './plan.js';

/** What thousands of points of a device have in common. */
type PointKind = Omit<ModbusAddress, 'start' | 'text'>;

/** A point with its address understood. */
export class CompiledPoint implements PlanPoint, PointKind {
  readonly row: number;
  readonly start: number;
  readonly #kind: PointKind;

  constructor(row: number, start: number, kind: PointKind) {
    this.row = row;
    this.start = start;
    this.#kind = kind;
  }

  get area(): PointKind['area'] {
    return this.#kind.area;
  }

  get count(): number {
    return this.#kind.count;
  }

  get type(): PointKind['type'] {
    return this.#kind.type;
  }

  get form(): PointKind['form'] {
    return this.#kind.form;
  }

  get bit(): number {
    return this.#kind.bit;
  }

  get encoding(): PointKind['encoding'] {
    return this.#kind.encoding;
  }
}

/** A planned read with everything that decoding its answer takes. */
export interface CompiledRead extends PlannedRead<CompiledPoint> {
  readonly decoder: ColumnDecoder;
  /** Points whose registers may hold what is no value of theirs. */
  readonly fallible: readonly CompiledPoint[];
}

export interface BadRow {
  readonly row: number;
  readonly status: StatusCode;
}

export function compilePoints(
  points: readonly Point[],
  deviceOptions: ModbusDeviceOptions,
): { compiled: CompiledPoint[]; badRows: BadRow[] } {
  const compiled: CompiledPoint[] = [];
  const badRows: BadRow[] = [];
  const kinds = new Map<string, PointKind>();
  points.forEach(({ address, type }, row) => {
    try {
      const { start, ...parsed } = parseModbusAddress(address, { type, deviceOptions });
      compiled.push(new CompiledPoint(row, start, sharedKind(parsed, kinds)));
    } catch (error) {
      if (!isGatewayError(error)) throw error;
      badRows.push({ row, status: toGatewayError(error).status });
    }
  });
  return { compiled, badRows };
}

/** The same object for points that differ in their place only. */
function sharedKind(parsed: Omit<ModbusAddress, 'start'>, kinds: Map<string, PointKind>): PointKind {
  const { area, count, type, form, bit, encoding } = parsed;
  const key = `${area} ${form} ${formatDataType(type)} ${count} ${bit}`;
  const known = kinds.get(key);
  if (known?.encoding === encoding) return known;
  const kind = { area, count, type, form, bit, encoding };
  kinds.set(key, kind);
  return kind;
}

export function compileRead(read: PlannedRead<CompiledPoint>): CompiledRead {
  // the parts of a long point are put together first, and decoded from its own start
  const start = read.part ? read.points[0].start : read.start;
  const decoder = new ColumnDecoder(read.points.map((point) => cellOf(point, start)));
  return { ...read, decoder, fallible: read.points.filter(isFallible) };
}

export function isFallible({ encoding }: CompiledPoint): boolean {
  return encoding.bcd === true;
}

function cellOf(point: CompiledPoint, start: number): ColumnCell {
  const offset = point.start - start;
  switch (point.form) {
    case 'bits':
      return { row: point.row, offset, codec: bitsCodec(point, (i) => i) };
    case 'register-bits': {
      const { order16 } = point.encoding.orders!;
      const position = (i: number): number => wordBitPosition((point.bit + i) >> 4, (point.bit + i) & 15, order16);
      if (point.type.arrayLength === undefined)
        return { row: point.row, offset: 16 * offset + position(0), codec: bitCodec };
      return { row: point.row, offset: 16 * offset, codec: bitsCodec(point, position) };
    }
    case 'registers':
      return { row: point.row, offset: 2 * offset, codec: valueCodec(point.type, point.encoding) };
  }
}

function bitsCodec({ type }: CompiledPoint, position: (index: number) => number): ColumnCodec {
  if (type.arrayLength === undefined) return bitCodec;
  return new BitArrayCodec(Uint32Array.from({ length: type.arrayLength }, (_, i) => position(i)));
}

/** Bytes of data that a positive answer to a read carries. */
export function dataBytesOf({ area, count }: { area: CompiledRead['area']; count: number }): number {
  return areaTraits[area].holds === 'bits' ? Math.ceil(count / 8) : 2 * count;
}
