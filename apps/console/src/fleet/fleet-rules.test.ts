import { driverActions, type GatewayEvent } from '@fieldwarden/gateway-contract';
import { describe, expect, it } from 'vitest';
import { actionTexts } from './driver-actions.js';
import { eventTone } from './event-tone.js';
import { MemoryTrails } from './memory-trails.js';
import { statesSince } from './since.js';
import { testDriver, testRow } from './testing-fleet.js';
import { worstRows } from './worst-rows.js';

const at = '2030-01-01T00:00:00.000Z';
const event = (changes: Partial<GatewayEvent<'driver' | 'host'>>): GatewayEvent => ({
  seq: 1,
  at,
  type: 'driver',
  driverId: 'packaging',
  message: '',
  ...changes,
});
const ended: GatewayEvent = { seq: 1, at, type: 'alarm', message: '', data: { active: false } };

describe('the actions on a driver', () => {
  it('all name their consequences', () => {
    for (const action of driverActions)
      expect(actionTexts[action].consequences(testDriver()).length).toBeGreaterThan(0);
  });
});

describe('since when a state lasts', () => {
  it('is the last change that the events tell, of drivers and devices apart', () => {
    const later = '2030-01-01T00:00:05.000Z';
    const since = statesSince([
      event({ driverId: 'a', data: { from: 'Unknown', to: 'Healthy' } }),
      event({ driverId: 'a', device: 'x', data: { state: 'connected' } }),
      event({ driverId: 'a', at: later, data: { from: 'Healthy', to: 'Faulted' } }),
      event({ type: 'host', driverId: 'a', at: later, data: { pid: 1 } }),
    ]);
    expect([...since]).toEqual([
      ['a', Date.parse(later)],
      ['a/x', Date.parse(at)],
    ]);
  });
});

describe('how serious an event is', () => {
  it('follows from what it says', () => {
    expect(eventTone(event({ data: { to: 'Faulted' } }))).toBe('fault');
    expect(eventTone(event({ device: 'x', data: { state: 'connected' } }))).toBe('good');
    expect(eventTone(event({ type: 'host', data: { cause: 'hang' } }))).toBe('fault');
    expect(eventTone(event({ type: 'host', data: { cause: 'operator' } }))).toBe('idle');
    expect(eventTone(ended)).toBe('good');
    const ofService = (data: GatewayEvent['data']): GatewayEvent => ({
      seq: 1,
      at,
      type: 'service',
      serviceId: 'opcua',
      message: '',
      data: data!,
    });
    expect(eventTone(ofService({ state: 'Faulted' }))).toBe('fault');
    expect(eventTone(ofService({ state: 'Healthy' }))).toBe('good');
    expect(eventTone(ofService({ cause: 'signal' }))).toBe('fault');
    expect(eventTone(ofService({ cause: 'configuration' }))).toBe('idle');
  });
});

describe('the worst devices', () => {
  it('are those off scan, then those that fail, then the late ones; the others are not among them', () => {
    const rows = [
      testRow({ device: 'fine' }),
      testRow({ device: 'late', achievedScanMs: 1_000 }),
      testRow({ device: 'failing', consecutiveFailures: 3, alert: true }),
      testRow({ device: 'gone', deviceState: 'demoted' }),
    ];
    expect(worstRows(rows, 5).map(({ device }) => device)).toEqual(['gone', 'failing', 'late']);
    expect(worstRows(rows, 1)).toHaveLength(1);
  });
});

describe('the memory of a driver', () => {
  const bytes = (value: number) => testDriver({ memory: { ...testDriver().memory, bytes: value } });

  it('is what the gateway remembers, then one sample every five seconds', () => {
    const trails = new MemoryTrails();
    const curves = {
      schema: 'fieldwarden/curves@1',
      intervalMs: 5_000,
      cpuPercent: [],
      heartbeatMs: [],
      state: [],
      changes: [],
    } as const;
    trails.seed({ ...curves, driverId: 'packaging', at: [1_000, 6_000], memoryBytes: [1, 2] });
    for (const nowMs of [7_000, 11_000, 12_000, 16_000]) trails.take([bytes(nowMs)], nowMs);
    expect(trails.of('packaging')).toEqual([1, 2, 11_000, 16_000]);
  });

  it('is bounded, and goes with the driver', () => {
    const trails = new MemoryTrails();
    for (let count = 0; count < 500; count += 1) trails.take([bytes(count)], count * 5_000);
    expect(trails.of('packaging')).toHaveLength(120);
    trails.take([], 0);
    expect(trails.of('packaging')).toEqual([]);
  });
});
