import { expect, it } from 'vitest';
import type { PlantTag } from './plant-tag.js';
import { clientType, definitionOf, plantTagOf } from './tag-definition.js';

const tag: PlantTag = {
  path: 'line/filler/speed',
  address: '400001',
  options: { jsonPath: '$.speed' },
  type: { scalar: 'uint16' },
  scanMs: 500,
  access: 'read-write',
  scaling: { gain: 0.1, offset: 0 },
  notAvailable: [0xffff],
  unit: '1/min',
  deadband: 0.5,
  description: 'Speed',
  limits: { min: 0, max: 120 },
  range: { low: 0, high: 120 },
  writeIdempotent: true,
  writeNonFinite: true,
  verify: true,
  publish: false,
  history: { deadband: 0.5, maxIntervalMs: 60_000, stepped: true },
};

it('a definition carries the tag of the plant whole, whichever fields it has, and gives it back', () => {
  const withNews = { ...tag, fieldOfTomorrow: { any: ['thing'] } };
  const definition = definitionOf('packaging', 'filler', withNews);
  expect(definition).toMatchObject({
    ...withNews,
    type: { scalar: 'float64' },
    rawType: tag.type,
    driverId: 'packaging',
    deviceId: 'filler',
  });
  expect(plantTagOf(definition)).toEqual(withNews);
});

it('shows a scaled number as float64, and what cannot be scaled as it is', () => {
  expect(clientType(tag)).toEqual({ scalar: 'float64' });
  expect(clientType({ ...tag, scaling: undefined })).toEqual({ scalar: 'uint16' });
  expect(clientType({ ...tag, type: { scalar: 'int64' } })).toEqual({ scalar: 'int64' });
  expect(clientType({ ...tag, type: { scalar: 'int16', arrayLength: 4 } })).toEqual({
    scalar: 'int16',
    arrayLength: 4,
  });
});
