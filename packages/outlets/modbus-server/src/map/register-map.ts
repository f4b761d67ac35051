import type { UnitSettings } from '../settings.js';
import { areas, describeSpan, type MapArea } from './area.js';
import { placeRow, type MapEntry, type MapFinding, type TagOf } from './map-entry.js';

/** Neighbouring addresses that belong together: one value, or all bits that share registers. */
export interface MapCell {
  readonly start: number;
  readonly count: number;
  /** More than one only for bits of registers. */
  readonly entries: readonly MapEntry[];
}

/** The mapped addresses of one area, in order. Cells do not overlap. */
export class AreaMap {
  readonly cells: readonly MapCell[];
  readonly #starts: Int32Array;

  constructor(cells: readonly MapCell[]) {
    this.cells = cells;
    this.#starts = Int32Array.from(cells, ({ start }) => start);
  }

  /** Index of the first cell that ends behind `address`; `cells.length` when none does. */
  firstBehind(address: number): number {
    let low = 0;
    let high = this.cells.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#starts[middle] + this.cells[middle].count <= address) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export interface RegisterMap {
  readonly areas: Readonly<Record<MapArea, AreaMap>>;
  readonly findings: readonly MapFinding[];
}

/** A unit's settings and what is known of the tags → sorted map. A row that overlaps an earlier address is left out. Pure. */
export function compileRegisterMap(unit: UnitSettings, tagOf: TagOf): RegisterMap {
  const placed = unit.map.map((_, row) => placeRow(unit, row, tagOf));
  const findings = placed.flatMap((one) => one.findings);
  const entries = placed.flatMap(({ entry }) => entry ?? []);
  const byArea = Map.groupBy(entries, ({ area }) => area);
  const maps = areas.map((area) => [area, new AreaMap(cellsOf(byArea.get(area) ?? [], findings))] as const);
  return { areas: Object.fromEntries(maps) as Record<MapArea, AreaMap>, findings };
}

interface OpenCell {
  readonly start: number;
  count: number;
  readonly entries: MapEntry[];
}

function cellsOf(entries: readonly MapEntry[], findings: MapFinding[]): OpenCell[] {
  const cells: OpenCell[] = [];
  const inOrder = entries.toSorted((a, b) => firstBit(a) - firstBit(b) || a.row - b.row);
  for (const entry of inOrder) {
    const last = cells.at(-1);
    if (!last || entry.start >= last.start + last.count) {
      cells.push({ start: entry.start, count: entry.count, entries: [entry] });
    } else if (sharesRegisters(last, entry)) {
      last.entries.push(entry);
      last.count = Math.max(last.count, entry.start + entry.count - last.start);
    } else {
      findings.push(overlap(entry, last.entries.at(-1)!));
    }
  }
  return cells;
}

/** Bits of the same registers, one behind the other. */
function sharesRegisters({ entries }: OpenCell, entry: MapEntry): boolean {
  const before = entries.at(-1)!;
  if (entry.form !== 'register-bits' || before.form !== 'register-bits') return false;
  return firstBit(entry) >= firstBit(before) + before.elements;
}

/** Order of entries within an area; for bits of registers their true position. */
function firstBit({ start, bit }: MapEntry): number {
  return 16 * start + bit;
}

function overlap(entry: MapEntry, other: MapEntry): MapFinding {
  const message = `${entry.path} at ${describeSpan(entry)} overlaps ${other.path} at ${describeSpan(other)}`;
  return { row: entry.row, field: 'address', rule: 'modbus-overlap', message, severity: 'error' };
}
