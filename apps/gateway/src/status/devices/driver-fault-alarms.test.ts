import { sampleDriver as driver } from '@fieldwarden/admin-contract/testing';
import { ObservedBook } from '@fieldwarden/alarms/testing';
import { describe, expect, it } from 'vitest';
import { DriverFaultAlarms } from './driver-fault-alarms.js';

const lastError = { code: 'X', kind: 'bug', message: 'no such library', at: '2030-01-01T00:00:00.000Z' };

describe('the alarm of a driver that is faulted (§18.1)', () => {
  function setUp() {
    const { book, events } = new ObservedBook();
    const faults = new DriverFaultAlarms(book);
    const see = (...states: Parameters<typeof driver>[0][]): void =>
      states.forEach((state) => faults.see(driver(state)));
    return { book, events, faults, see };
  }

  it('is raised once with the reason, and over when the driver works or was stopped', () => {
    const { book, events, see } = setUp();
    see({}, { state: 'Faulted', lastError }, { state: 'Faulted', lastError });
    expect(events.map(({ message }) => message)).toEqual(['driver packaging is faulted: no such library']);
    expect(book.list()).toMatchObject([
      { driverId: 'packaging', conditionId: 'driver-faulted', severity: 700, active: true },
    ]);
    see({ state: 'Stopped' });
    expect(book.list()).toMatchObject([{ active: false, message: 'driver packaging is Stopped' }]);
  });

  it('is one over all attempts of a driver that crashes again and again', () => {
    const { events, see } = setUp();
    const open = { state: 'Faulted', crashLoop: 'open', lastError } as const;
    const trying = [{ state: 'Initializing' }, { state: 'Reconnecting' }, { state: 'Unknown' }] as const;
    see(open, ...trying.map((state) => ({ ...state, crashLoop: 'half-open' }) as const), open);
    expect(events.map(({ message }) => message)).toEqual([
      'driver packaging is paused after repeated crashes: no such library',
    ]);
    see({ state: 'Healthy', crashLoop: 'half-open' });
    expect(events.at(-1)).toMatchObject({ data: { active: false } });
  });

  it('is over when the driver runs and only its devices are away', () => {
    const { book, see } = setUp();
    see({ state: 'Faulted' }, { state: 'Reconnecting' });
    expect(book.list()).toMatchObject([{ active: false }]);
  });
});
