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
import type { AvoidedSpan, Point, ReadPlan } from '@fieldwarden/driver';
import { parseModbusAddress, type ModbusAddress } from '../address/address.js';
import { areas, areaTraits, covers, describeSpan, type Area } from '../address/area.js';
import { SpanSet } from '../address/span-set.js';
import type { HoleMemory } from './hole-memory.js';
import type { ModbusDeviceOptions } from '../device-options.js';
import { planReads, type PlanLimits, type PlannedRead, type PlanPoint } from './plan.js';

/** A point with its address understood. */
export interface CompiledPoint extends PlanPoint, ModbusAddress {}

/** A planned read with everything that decoding its answer takes. */
export interface CompiledRead extends PlannedRead<CompiledPoint> {
  readonly decoder: ColumnDecoder;
  /** Points whose registers may hold what is no value of theirs. */
  readonly fallible: readonly CompiledPoint[];
}

interface BadRow {
  readonly row: number;
  readonly status: StatusCode;
}

/** The points of one device and scan class, grouped into reads; grouped anew when the unit has shown a hole. */
export class ModbusReadPlan implements ReadPlan {
  readonly deviceId: string;
  readonly points: readonly Point[];
  /** Rows whose address makes no sense. */
  readonly badRows: readonly BadRow[];
  readonly #compiled: readonly CompiledPoint[];
  readonly #limits: PlanLimits;
  readonly #holes: HoleMemory;
  #version = -1;
  #reads: readonly CompiledRead[] = [];
  #missingRows: readonly number[] = [];
  #addresses: SpanSet | undefined;

  constructor(
    deviceId: string,
    points: readonly Point[],
    options: ModbusDeviceOptions,
    limits: PlanLimits,
    holes: HoleMemory,
  ) {
    const { compiled, badRows } = compilePoints(points, options);
    this.deviceId = deviceId;
    this.points = points;
    this.badRows = badRows;
    this.#compiled = compiled;
    this.#limits = limits;
    this.#holes = holes;
  }

  get reads(): readonly CompiledRead[] {
    this.#refresh();
    return this.#reads;
  }

  /** Rows of points that the unit is known not to have. */
  get missingRows(): readonly number[] {
    this.#refresh();
    return this.#missingRows;
  }

  /** What is asked of the unit. */
  get addresses(): SpanSet {
    return (this.#addresses ??= new SpanSet(this.#compiled));
  }

  /** Points whose registers may hold what is no value of theirs. */
  get fallible(): readonly CompiledPoint[] {
    return this.#compiled.filter(isFallible);
  }

  /** What the unit has refused within reach of these points. */
  avoided(): AvoidedSpan[] {
    this.#refresh();
    return areas.flatMap((area) => this.#avoidedIn(area));
  }

  #avoidedIn(area: Area): AvoidedSpan[] {
    const points = this.#compiled.filter((point) => point.area === area);
    if (points.length === 0) return [];
    const start = Math.min(...points.map((point) => point.start));
    const end = Math.max(...points.map((point) => point.start + point.count));
    const holes = this.#holes
      .holes(area)
      .filter((hole) => hole.start < end && start < hole.start + hole.count)
      .sort((a, b) => a.start - b.start)
      .map((hole) => ({
        what: describeSpan(hole),
        points: points.filter((point) => covers(point, hole)).length,
        retestInMs: this.#holes.retestInMs(hole),
      }));
    const longest = this.#holes.learnedLength(area);
    if (longest === undefined) return holes;
    const what = `${areaTraits[area].short} longer than ${longest.count}`;
    return [...holes, { what, points: 0, retestInMs: this.#holes.retestInMs(longest) }];
  }

  #refresh(): void {
    const { version } = this.#holes;
    if (this.#version === version) return;
    const { reads, missing } = planReads(this.#compiled, this.#limits, this.#holes);
    this.#reads = reads.map(compileRead);
    this.#missingRows = missing.map(({ row }) => row);
    this.#version = version;
  }
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

function isFallible({ encoding }: CompiledPoint): boolean {
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
