import type { ScalarValue, TagValue } from '@fieldwarden/core';
import { describeSpan, type MapArea } from './map/area.js';
import type { MapEntry } from './map/map-entry.js';
import type { MapCell, RegisterMap } from './map/register-map.js';
import { exceptionCodes, type ModbusException } from './protocol/protocol.js';

/** A value for the tag of a row, in the tag's type. */
export interface PlannedWrite {
  readonly entry: MapEntry;
  readonly value: TagValue;
}

/** Why nothing is written: the exception for the client, the words for people. */
export interface WriteRefusal extends ModbusException {
  readonly why: string;
}

/** All or nothing: one address or value that can't be written refuses them all. */
export type WritesOrRefusal = readonly PlannedWrite[] | WriteRefusal;

export const isRefusal = (plan: readonly unknown[] | WriteRefusal): plan is WriteRefusal => !Array.isArray(plan);

const illegalAddress = (why: string): WriteRefusal => ({ exception: exceptionCodes.illegalDataAddress, why });
const illegalValue = (why: string): WriteRefusal => ({ exception: exceptionCodes.illegalDataValue, why });

const inPart = (entry: MapEntry): WriteRefusal =>
  illegalValue(
    `it holds only a part of ${entry.path} at ${describeSpan(entry)}; clients have to write all of it in one request`,
  );

const foreignBits = illegalValue('it sets bits that no row of the map has');

/** Registers from `start` on, two bytes each → values of whole tags. Pure. */
export function planRegisters(map: RegisterMap, start: number, words: Buffer): WritesOrRefusal {
  const cells = cellsOf(map, 'holding-register', start, words.length / 2);
  if (isRefusal(cells)) return cells;
  const run: Run = { start, words };
  const plan = planEach(cells, start, words.length / 2, (entry) => rowElements(entry, run));
  return isRefusal(plan) || setsOnlyMappedBits(cells, run) ? plan : foreignBits;
}

/** Coils from `start` on → values of whole tags. Pure. */
export function planCoils(map: RegisterMap, start: number, bits: readonly boolean[]): WritesOrRefusal {
  const cells = cellsOf(map, 'coil', start, bits.length);
  if (isRefusal(cells)) return cells;
  return planEach(cells, start, bits.length, (entry) =>
    bits.slice(entry.start - start, entry.start - start + entry.count),
  );
}

/**
 * One register with masks (Application Protocol V1.1b3, 6.16): result = (current and andMask) or (orMask and not andMask). Of bits that are
 * tags of their own only those are written that the mask lets through. `current`: the register as it would be read now; asked for only
 * where the result depends on it. Pure.
 */
export function planMaskWrite(
  map: RegisterMap,
  { start, andMask, orMask }: { readonly start: number; readonly andMask: number; readonly orMask: number },
  current: () => Buffer | ModbusException,
): WritesOrRefusal {
  const cells = cellsOf(map, 'holding-register', start, 1);
  if (isRefusal(cells)) return cells;
  const changed = ~andMask & 0xffff;
  if (cells[0].entries[0].form === 'register-bits') return planMaskedBits(cells[0], start, changed, orMask);
  const now = current();
  if ('exception' in now) return { ...now, why: 'the present value of the register is not known' };
  const words = Buffer.alloc(2);
  words.writeUInt16BE((now.readUInt16BE(0) & andMask) | (orMask & changed));
  return planRegisters(map, start, words);
}

function planMaskedBits(cell: MapCell, start: number, changed: number, orMask: number): WritesOrRefusal {
  const words = Buffer.alloc(2);
  words.writeUInt16BE(orMask & changed);
  const run: Run = { start, words };
  const entries = cell.entries.filter((entry) => (maskOf(entry, start) & changed) !== 0);
  const part = entries.find((entry) => (maskOf(entry, start) & ~changed) !== 0);
  if (part) return inPart(part);
  const plan = planEach([{ ...cell, entries }], start, 1, (entry) => rowElements(entry, run));
  return isRefusal(plan) || setsOnlyMappedBits([cell], run) ? plan : foreignBits;
}

/** Cells that hold every address of the run; one that nobody mapped refuses it. */
function cellsOf(map: RegisterMap, area: MapArea, start: number, count: number): readonly MapCell[] | WriteRefusal {
  const { cells } = map.areas[area];
  const end = start + count;
  const first = map.areas[area].firstBehind(start);
  let next = start;
  let i = first;
  for (; next < end; i++) {
    if (i === cells.length || cells[i].start > next)
      return illegalAddress('the map has no row for all of these addresses');
    next = cells[i].start + cells[i].count;
  }
  return cells.slice(first, i);
}

type ElementsOf = (entry: MapEntry) => readonly ScalarValue[] | undefined;

function planEach(cells: readonly MapCell[], start: number, count: number, elementsOf: ElementsOf): WritesOrRefusal {
  const touched = cells
    .flatMap(({ entries }) => entries)
    .filter((entry) => entry.start < start + count && entry.start + entry.count > start);
  const fixed = touched.find(({ mayWrite, tag }) => !mayWrite || tag?.access === 'read-only');
  if (fixed) return illegalAddress(`${fixed.path} is read-only here`);
  const part = touched.find((entry) => entry.start < start || entry.start + entry.count > start + count);
  if (part) return inPart(part);
  const writes: PlannedWrite[] = [];
  for (const entry of touched) {
    const value = tagValue(entry, elementsOf(entry));
    if (value === undefined) return illegalValue(`${entry.path} takes no such value`);
    writes.push({ entry, value });
  }
  return writes;
}

function tagValue(entry: MapEntry, elements: readonly ScalarValue[] | undefined): TagValue | undefined {
  const converted = elements?.map((element) => entry.conversion?.toTag(element));
  if (!converted || converted.includes(undefined)) return undefined;
  const values = converted as ScalarValue[];
  return entry.type.arrayLength === undefined ? values[0] : values;
}

interface Run {
  readonly start: number;
  readonly words: Buffer;
}

/** Elements of a row that lies in the run wholly; undefined when its bytes are no value of its type. */
function rowElements(entry: MapEntry, run: Run): readonly ScalarValue[] | undefined {
  if (entry.form === 'register-bits') {
    return Array.from({ length: entry.elements }, (_, i) => {
      const position = entry.bit + i;
      return ((wordAt(run, entry.start + (position >> 4), entry) >> (position & 15)) & 1) === 1;
    });
  }
  const elements = Array.from({ length: entry.elements }, (_, i) => decode(entry, run, i));
  return elements.includes(undefined) ? undefined : (elements as ScalarValue[]);
}

/** The low byte alone would pass 256 off as 0, and a text ends at its first NUL, whatever stands behind it. */
const mayLose: ReadonlySet<string> = new Set(['int8', 'uint8', 'string']);

function decode(
  { codec, start, elementRegisters, type }: MapEntry,
  run: Run,
  element: number,
): ScalarValue | undefined {
  const offset = 2 * (start + element * elementRegisters - run.start);
  const value = codec!.decode(run.words, offset) as ScalarValue | undefined;
  if (value === undefined || !mayLose.has(type.scalar)) return value;
  const back = Buffer.alloc(2 * elementRegisters);
  codec!.encode(value, back, 0);
  return back.equals(run.words.subarray(offset, offset + back.length)) ? value : undefined;
}

/** A bit that is nobody's may be written as 0, which is how it reads. */
function setsOnlyMappedBits(cells: readonly MapCell[], run: Run): boolean {
  const ofBits = cells.filter(({ entries: [entry] }) => entry.form === 'register-bits');
  return ofBits.every(({ start, count, entries }) => {
    const first = Math.max(start, run.start);
    const last = Math.min(start + count, run.start + run.words.length / 2);
    for (let register = first; register < last; register++) {
      const mapped = entries.reduce((mask, entry) => mask | maskOf(entry, register), 0);
      if ((run.words.readUInt16BE(2 * (register - run.start)) & ~mapped) !== 0) return false;
    }
    return true;
  });
}

/** The register, bit 0 the one that addresses call bit 0. */
function wordAt({ start, words }: Run, register: number, { swapsBytes }: MapEntry): number {
  const offset = 2 * (register - start);
  return swapsBytes ? words.readUInt16LE(offset) : words.readUInt16BE(offset);
}

/** Bits of a register, as it travels, that belong to this row. */
function maskOf({ start, bit, elements, swapsBytes }: MapEntry, register: number): number {
  const first = Math.max(0, bit - 16 * (register - start));
  const last = Math.min(16, bit + elements - 16 * (register - start));
  const mask = last <= first ? 0 : ((1 << last) - 1) & ~((1 << first) - 1);
  return swapsBytes ? ((mask & 0xff) << 8) | (mask >> 8) : mask;
}
