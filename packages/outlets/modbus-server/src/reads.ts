import type { ScalarValue } from '@fieldwarden/core';
import type { TagSource } from '@fieldwarden/service';
import type { MapSpan } from './map/area.js';
import { elementsOf } from './map/conversion.js';
import type { MapEntry } from './map/map-entry.js';
import type { MapCell, RegisterMap } from './map/register-map.js';
import { exceptionCodes, isException, type ModbusException } from './protocol/protocol.js';
import { deviceFailure, exceptionOf, targetFailed } from './tag-status.js';
import type { UnitSettings } from './settings.js';

/** What a read needs to know of a unit. */
export interface ReadableUnit {
  readonly map: RegisterMap;
  readonly settings: Pick<UnitSettings, 'holes' | 'uncertain'>;
}

export type TagReader = Pick<TagSource, 'status' | 'value'>;

const illegalAddress: ModbusException = { exception: exceptionCodes.illegalDataAddress };

/** Registers of the present values, two bytes each; or the exception of the first tag that has none to show. */
export function readRegisters(unit: ReadableUnit, span: MapSpan, tags: TagReader): Buffer | ModbusException {
  const target = Buffer.alloc(2 * span.count);
  return readInto(unit, span, (cell) => putRegisters(cell, span, unit, tags, target)) ?? target;
}

/** Coils or discrete inputs of the present values, the first in the lowest bit. */
export function readBits(unit: ReadableUnit, span: MapSpan, tags: TagReader): Buffer | ModbusException {
  const target = Buffer.alloc(Math.ceil(span.count / 8));
  return readInto(unit, span, (cell) => putBits(cell, span, unit, tags, target)) ?? target;
}

/** The exception of a span that holds addresses which nobody mapped, whatever the tags are. */
export function unmapped(unit: ReadableUnit, span: MapSpan): ModbusException | undefined {
  return readInto(unit, span, () => undefined);
}

type PutCell = (cell: MapCell) => ModbusException | undefined;

/** Walks over the cells of a span. A value that reaches out of it at either end is shown in part. */
function readInto({ map, settings }: ReadableUnit, span: MapSpan, put: PutCell): ModbusException | undefined {
  const { cells } = map.areas[span.area];
  const end = span.start + span.count;
  const first = map.areas[span.area].firstBehind(span.start);
  let next = span.start;
  let i = first;
  for (; i < cells.length && cells[i].start < end; i++) {
    if (cells[i].start > next && settings.holes === 'exception') return illegalAddress;
    const exception = put(cells[i]);
    if (exception) return exception;
    next = cells[i].start + cells[i].count;
  }
  if (i === first) return illegalAddress;
  return next < end && settings.holes === 'exception' ? illegalAddress : undefined;
}

function putRegisters(
  { entries }: MapCell,
  span: MapSpan,
  unit: ReadableUnit,
  tags: TagReader,
  target: Buffer,
): ModbusException | undefined {
  for (const entry of entries) {
    if (!touches(entry, span)) continue;
    const elements = presentElements(entry, unit, tags);
    if (isException(elements)) return elements;
    const fits = entry.form === 'registers' ? putElements : putRegisterBits;
    if (!fits(entry, elements, span, target)) return deviceFailure;
  }
  return undefined;
}

/** Bits of one cell may reach over more registers than one of them. */
function touches(entry: MapEntry, span: MapSpan): boolean {
  return entry.start < span.start + span.count && entry.start + entry.count > span.start;
}

function putBits(
  { entries: [entry] }: MapCell,
  span: MapSpan,
  unit: ReadableUnit,
  tags: TagReader,
  target: Buffer,
): ModbusException | undefined {
  const elements = presentElements(entry, unit, tags);
  if (isException(elements)) return elements;
  const last = Math.min(entry.start + entry.count, span.start + span.count);
  for (let address = Math.max(entry.start, span.start); address < last; address++) {
    const bit = rowElement(entry, elements[address - entry.start]);
    if (bit === undefined) return deviceFailure;
    const position = address - span.start;
    if (bit) target[position >> 3] |= 1 << (position & 7);
  }
  return undefined;
}

const one: readonly ScalarValue[] = [1];
const none: readonly ScalarValue[] = [0];

/** Elements of the tag's value, in the tag's type; those of a quality row are 1 or 0. */
function presentElements(
  entry: MapEntry,
  unit: ReadableUnit,
  tags: TagReader,
): readonly ScalarValue[] | ModbusException {
  if (!entry.tag) return deviceFailure;
  const { handle, type } = entry.tag;
  const exception = exceptionOf(tags.status(handle), unit.settings.uncertain);
  const value = exception ? null : tags.value(handle);
  if (entry.quality) return value === null ? none : one;
  if (exception) return exception;
  if (value === null) return targetFailed;
  return elementsOf(value, type) ?? deviceFailure;
}

function rowElement({ quality, conversion, form }: MapEntry, element: ScalarValue): ScalarValue | undefined {
  if (quality) return form === 'registers' ? element : element === 1;
  return conversion!.toRow(element);
}

const scratch = Buffer.alloc(2 * 999);

/** False when an element does not fit its registers. Only those elements are encoded that somebody asked for. */
function putElements(entry: MapEntry, elements: readonly ScalarValue[], span: MapSpan, target: Buffer): boolean {
  const { start, elementRegisters } = entry;
  const end = span.start + span.count;
  const firstElement = Math.max(0, Math.floor((span.start - start) / elementRegisters));
  for (let i = firstElement; i < elements.length && start + i * elementRegisters < end; i++) {
    const element = rowElement(entry, elements[i]);
    if (element === undefined) return false;
    const at = start + i * elementRegisters;
    const isWhole = at >= span.start && at + elementRegisters <= end;
    if (!encode(entry, element, isWhole ? target : scratch, isWhole ? 2 * (at - span.start) : 0)) return false;
    if (!isWhole) copyPart(at, elementRegisters, span, target);
  }
  return true;
}

function encode({ codec }: MapEntry, element: ScalarValue, target: Buffer, offset: number): boolean {
  try {
    codec!.encode(element, target, offset);
    return true;
  } catch {
    return false;
  }
}

/** The registers of the element in `scratch` that lie in the span. */
function copyPart(at: number, registers: number, { start, count }: MapSpan, target: Buffer): void {
  const from = Math.max(at, start);
  const to = Math.min(at + registers, start + count);
  scratch.copy(target, 2 * (from - start), 2 * (from - at), 2 * (to - at));
}

function putRegisterBits(entry: MapEntry, elements: readonly ScalarValue[], span: MapSpan, target: Buffer): boolean {
  for (let i = 0; i < elements.length; i++) {
    const position = entry.bit + i;
    const register = entry.start + (position >> 4);
    if (register < span.start || register >= span.start + span.count) continue;
    const bit = rowElement(entry, elements[i]);
    if (bit === undefined) return false;
    if (bit) target[byteOfBit(entry, register - span.start, position & 15)] |= 1 << (position & 7);
  }
  return true;
}

/** Where bit 0 (the least significant) to 15 of a register stands. */
function byteOfBit({ swapsBytes }: MapEntry, register: number, bit: number): number {
  return 2 * register + (bit < 8 === swapsBytes ? 0 : 1);
}
