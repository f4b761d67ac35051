import { statusCodes, type DataType, type ScalarValue, type TagValue, type ValueColumns } from '@fieldwarden/core';
import type { MemoryAddress, SimulatorAddress } from '../address.js';
import type { MemoryCell } from './memory-cells.js';
import { typedNumber } from './typed-number.js';
import { waveAt, type Wave } from './waveforms.js';

/** The two readings of the clock that go into one exchange. */
export interface Instant {
  /** Since the session was made; drives the waves, so that a step of the wall clock bends none. */
  readonly elapsedMs: number;
  /** ms since 1970 UTC: the source time. */
  readonly wallMs: number;
}

/** Sets one row to what its address holds at that instant. */
export type Sampler = (into: ValueColumns, row: number, at: Instant) => void;

/** `cellOf` finds where a memory address keeps its value. */
export function samplerFor(
  address: SimulatorAddress,
  type: DataType,
  cellOf: (address: MemoryAddress) => MemoryCell,
): Sampler {
  switch (address.kind) {
    case 'wave':
      return waveSampler(address.wave, type);
    case 'constant':
      return (into, row, { wallMs }) => into.set(row, address.value, type, wallMs);
    case 'clock':
      return (into, row, { wallMs }) => into.set(row, filled(wallMs, type), type, wallMs);
    case 'string':
      return stringSampler(address, type);
    case 'memory': {
      const memory = cellOf(address);
      return (into, row, { wallMs }) => into.set(row, memory.value, type, wallMs);
    }
    case 'bad':
      return badSampler(address, type);
  }
}

export const unparsableSampler: Sampler = (into, row, { wallMs }) =>
  into.setBad(row, statusCodes.BadConfigurationError, wallMs);

function waveSampler(wave: Wave, type: DataType): Sampler {
  const { scalar, arrayLength } = type;
  if (arrayLength === undefined) {
    return (into, row, { elapsedMs, wallMs }) =>
      into.set(row, typedNumber(waveAt(wave, elapsedMs), scalar, wave.offset), type, wallMs);
  }
  // each element is a little ahead of the one before: a wave that travels through the array
  const element = (elapsedMs: number, i: number): ScalarValue =>
    typedNumber(waveAt(wave, elapsedMs, i / arrayLength), scalar, wave.offset);
  return (into, row, { elapsedMs, wallMs }) =>
    into.setObject(row, Array.from({ length: arrayLength }, (_, i) => element(elapsedMs, i)), wallMs); // prettier-ignore
}

function stringSampler({ values, periodMs }: SimulatorAddress & { kind: 'string' }, type: DataType): Sampler {
  return (into, row, { elapsedMs, wallMs }) => {
    const value = values[Math.floor(elapsedMs / periodMs) % values.length];
    into.set(row, filled(value, type), type, wallMs);
  };
}

/** With `everyMs`: Good for that long, then Bad for that long, and so on. */
function badSampler({ status, everyMs, value }: SimulatorAddress & { kind: 'bad' }, type: DataType): Sampler {
  return (into, row, { elapsedMs, wallMs }) => {
    const isGood = everyMs !== undefined && Math.floor(elapsedMs / everyMs) % 2 === 0;
    if (isGood) into.set(row, value, type, wallMs);
    else into.setBad(row, status, wallMs);
  };
}

/** One value, or as many of it as the array has elements. */
function filled(value: ScalarValue, { arrayLength }: DataType): TagValue {
  return arrayLength === undefined ? value : new Array<ScalarValue>(arrayLength).fill(value);
}
