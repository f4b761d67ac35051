import {
  BitArrayCodec,
  bitCodec,
  ColumnDecoder,
  valueCodec,
  wordBitPosition,
  type ColumnCell,
  type ColumnCodec,
} from '@fieldwarden/codec';
import { isGatewayError, toGatewayError, type StatusCode } from '@fieldwarden/core';
import type { Point } from '@fieldwarden/driver';
import { parseModbusAddress, type ModbusAddress } from '../address/address.js';
import { areaTraits } from '../address/area.js';
import type { ModbusDeviceOptions } from '../device-options.js';
import type { PlannedRead, PlanPoint } from './plan.js';

/** A point with its address understood. */
export interface CompiledPoint extends PlanPoint, ModbusAddress {}

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
  points.forEach(({ address, type }, row) => {
    try {
      compiled.push({ ...parseModbusAddress(address, { type, deviceOptions }), row });
    } catch (error) {
      if (!isGatewayError(error)) throw error;
      badRows.push({ row, status: toGatewayError(error).status });
    }
  });
  return { compiled, badRows };
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
