/** The four tables of the Modbus data model (Application Protocol V1.1b3, 4.3). */
export const areas = ['coil', 'discrete-input', 'input-register', 'holding-register'] as const;

export type MapArea = (typeof areas)[number];

export interface MapAreaTraits {
  readonly holds: 'bits' | 'registers';
  readonly writable: boolean;
  /** Prefix of an address on the wire: `HR0`. */
  readonly short: 'C' | 'DI' | 'IR' | 'HR';
  /** First digit of a numeric address. */
  readonly digit: '0' | '1' | '3' | '4';
}

export const areaTraits: Readonly<Record<MapArea, MapAreaTraits>> = {
  'coil':             { holds: 'bits',      writable: true,  short: 'C',  digit: '0' },
  'discrete-input':   { holds: 'bits',      writable: false, short: 'DI', digit: '1' },
  'input-register':   { holds: 'registers', writable: false, short: 'IR', digit: '3' },
  'holding-register': { holds: 'registers', writable: true,  short: 'HR', digit: '4' },
}; // prettier-ignore

/** A run of registers or bits; `start` is the address on the wire, from 0. */
export interface MapSpan {
  readonly area: MapArea;
  readonly start: number;
  readonly count: number;
}

export const addressSpace = 65_536;

/** `HR0..HR124`, as in messages. */
export function describeSpan({ area, start, count }: MapSpan): string {
  const { short } = areaTraits[area];
  return count === 1 ? `${short}${start}` : `${short}${start}..${short}${start + count - 1}`;
}
