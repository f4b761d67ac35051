import type { DriverDefinition, DriverFinding } from '@fieldwarden/driver';
import { expect, it } from 'vitest';
import { driverNotes } from './driver-view.js';

type Noted = Parameters<typeof driverNotes>[0];

/** A running driver with one device, whose type has these rules. */
function driverWith(check: DriverDefinition['check']): Noted {
  const driver = { options: { host: 'plc' }, devices: [{ id: 'd', options: { unitId: 1 } }] };
  return { driver, definition: { ...(check && { check }) } };
}

const found = (severity: 'error' | 'warning', message: string): DriverFinding => ({
  path: ['options'],
  rule: 'r',
  message,
  severity,
});

it('shows what the driver type warns of, over the options of driver and devices', () => {
  const seen: unknown[] = [];
  const rules: DriverDefinition['check'] = (...asked) => (
    seen.push(asked),
    [found('warning', 'w'), found('error', 'e')]
  );
  expect(driverNotes(driverWith(rules))).toEqual(['w']);
  expect(seen).toEqual([[{ host: 'plc' }, [{ options: { unitId: 1 }, tags: [] }], { looksAtFiles: false }]]);
  expect(driverNotes(driverWith(undefined))).toEqual([]);
});

it('shows rules that fail, and lets nothing of it out', () => {
  const failing = (): never => {
    throw new Error('boom');
  };
  expect(driverNotes(driverWith(failing))).toEqual([expect.stringContaining('failed: boom')]);
});
