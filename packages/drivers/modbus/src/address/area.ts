/** The four tables of the Modbus data model (Application Protocol V1.1b3, 4.3). */
export const areas = ['coil', 'discrete-input', 'input-register', 'holding-register'] as const;

export type Area = (typeof areas)[number];

export interface AreaTraits {
  readonly readFunction: 1 | 2 | 3 | 4;
  readonly holds: 'bits' | 'registers';
  readonly writable: boolean;
  /** As in `FC3 unit 1 HR 0..124`, and as prefix of an address. */
  readonly short: 'C' | 'DI' | 'IR' | 'HR';
  /** First digit of a numeric address. */
  readonly digit: '0' | '1' | '3' | '4';
}

export const areaTraits: Readonly<Record<Area, AreaTraits>> = {
  'coil':             { readFunction: 1, holds: 'bits',      writable: true,  short: 'C',  digit: '0' },
  'discrete-input':   { readFunction: 2, holds: 'bits',      writable: false, short: 'DI', digit: '1' },
  'input-register':   { readFunction: 4, holds: 'registers', writable: false, short: 'IR', digit: '3' },
  'holding-register': { readFunction: 3, holds: 'registers', writable: true,  short: 'HR', digit: '4' },
}; // prettier-ignore

/** A run of registers or bits; `start` is the address on the wire, from 0. */
export interface Span {
  readonly area: Area;
  readonly start: number;
  readonly count: number;
}

/** True when `inner` lies in `outer` wholly. */
export function covers(outer: Span, inner: Span): boolean {
  return (
    outer.area === inner.area && outer.start <= inner.start && inner.start + inner.count <= outer.start + outer.count
  );
}

export function isSameSpan(a: Span, b: Span): boolean {
  return a.area === b.area && a.start === b.start && a.count === b.count;
}

export const addressSpace = 65_536;

/** `HR 0..124`, as in messages and in the description of a plan. */
export function describeSpan({ area, start, count }: Span): string {
  const { short } = areaTraits[area];
  return count === 1 ? `${short} ${start}` : `${short} ${start}..${start + count - 1}`;
}
