import type { PlantTag } from '@fieldwarden/gateway-contract';
import { parseDataType } from '@fieldwarden/core';
import { expect, it } from 'vitest';
import { pointOf } from './point-of.js';

function deadbandOf(type: string, deadband: number | undefined, gain?: number): number | undefined {
  const scaling = gain === undefined ? undefined : { gain, offset: 5 };
  const tag = { path: 'a', address: 'A1', type: parseDataType(type), scanMs: 250, deadband, scaling };
  return pointOf(tag as unknown as PlantTag).deadband;
}

it('tells the driver how often the plant wants to hear of a tag', () => {
  const tag = { path: 'a', address: 'A1', type: { scalar: 'int16' }, scanMs: 250 } as unknown as PlantTag;
  expect(pointOf(tag)).toMatchObject({ path: 'a', address: 'A1', type: { scalar: 'int16' }, samplingIntervalMs: 250 });
});

it('tells no deadband where a value next to the last one may mean none', () => {
  const tag = { path: 'a', address: 'A1', type: { scalar: 'int16' }, scanMs: 250, deadband: 5, notAvailable: [32767] };
  expect(pointOf(tag as unknown as PlantTag).deadband).toBeUndefined();
});

it('brings a deadband from engineering units to those of the device, whichever way the scaling runs', () => {
  expect(deadbandOf('float32', 0.5)).toBe(0.5);
  expect(deadbandOf('int16', 0.5, 0.1)).toBe(5);
  expect(deadbandOf('int16', 0.5, -0.1)).toBe(5);
  expect(deadbandOf('uint16', 2, 4)).toBe(0.5);
});

it('has none where the tag store would not compare, or everything counts', () => {
  for (const type of ['bool', 'string', 'int64', 'float32[3]']) expect(deadbandOf(type, 1)).toBeUndefined();
  expect(deadbandOf('float32', 0)).toBeUndefined();
  expect(deadbandOf('float32', undefined)).toBeUndefined();
});
