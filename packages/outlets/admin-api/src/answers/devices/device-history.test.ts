import { parseDataType, statusCodes } from '@fieldwarden/core';
import type { HistoricalValue } from '@fieldwarden/driver';
import { definitionOf, type PlantTag } from '@fieldwarden/gateway-contract';
import type { DriverInstance } from '@fieldwarden/instances';
import { expect, it } from 'vitest';
import type { DeviceHistoryQuery } from '../../control/device-control.js';
import { deviceHistory } from './device-history.js';

const tag: PlantTag = {
  options: undefined,
  path: 'a',
  address: '1',
  type: parseDataType('int16')!,
  scanMs: 1_000,
  access: 'read-only',
  scaling: { gain: 0.5, offset: 0 },
  notAvailable: [32767],
  unit: undefined,
  deadband: undefined,
  description: undefined,
  limits: undefined,
  range: undefined,
  writeIdempotent: false,
  writeNonFinite: false,
  verify: false,
  publish: true,
  history: undefined,
};

const remembered: readonly HistoricalValue[] = [
  { value: 10, status: statusCodes.Good, sourceAtMs: 1 },
  { value: 32767, status: statusCodes.Good, sourceAtMs: 2 },
  { value: null, status: statusCodes.BadDeviceFailure, sourceAtMs: 3 },
];

/** A driver whose device remembers these values, and gives them for any aggregate. */
const instance = {
  services: { lacks: () => false },
  devices: [{ id: 'plc' }],
  invokerOf: () => ({
    readRaw: () => Promise.resolve({ values: remembered }),
    readProcessed: () => Promise.resolve({ values: remembered }),
  }),
} as unknown as DriverInstance;

async function statuses(processed?: DeviceHistoryQuery['processed']): Promise<readonly string[]> {
  const query = { limit: 10, ...(processed && { processed }) } as DeviceHistoryQuery;
  const definition = definitionOf('line', 'plc', tag);
  const { points } = await deviceHistory(new Map([['line', instance]]), {
    definition,
    query,
    correlationId: 'c',
    nowMs: 5,
  });
  return points.map(({ value, status }) => `${String(value)} ${status}`);
}

it('what a device remembers of having no value has the status that it had when it was read (§8.1)', async () => {
  expect(await statuses()).toEqual(['5 Good', '16383.5 BadSensorFailure', 'null BadDeviceFailure']);
});

it('a greatest value that means none is none, a mean of that size is a mean', async () => {
  expect(await statuses({ aggregate: 'maximum', intervalMs: 10 })).toContain('16383.5 BadSensorFailure');
  expect(await statuses({ aggregate: 'average', intervalMs: 10 })).toContain('16383.5 Good');
});
