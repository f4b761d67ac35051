import { MemoryTable, ObservedBook } from '@fieldwarden/alarms/testing';
import type { AuthorityState } from '@fieldwarden/authority';
import { EventLog } from '@fieldwarden/observe';
import { describe, expect, it } from 'vitest';
import { ConfigurationEvents } from './configuration-events.js';

type Applied = Parameters<ConfigurationEvents['observer']['applied']>;

function begin({ book, clock } = new ObservedBook()): { told: ConfigurationEvents; alarms: () => readonly string[] } {
  const events = new EventLog(clock);
  const alarms = (): readonly string[] =>
    book.list().map(({ driverId, conditionId, active }) => `${driverId} ${conditionId} ${active}`);
  return { told: new ConfigurationEvents({ events, alarms: book }, () => undefined), alarms };
}

/** An apply of which these drivers did not come to their end. */
function apply({ observer }: ConfigurationEvents, generation: number, failed: readonly (string | null)[]): void {
  const summary = { generation, author: 'me', message: 'why' } as Applied[0];
  const failures = failed.map((driverId) => ({ driverId, message: 'no' })) as unknown as Applied[2];
  observer.applied(summary, { steps: [] } as unknown as Applied[1], failures, true);
}

describe('alarms of the configuration (§7.4, §7.5)', () => {
  it('of drivers that an apply failed for are over with the apply that does not', () => {
    const { told, alarms } = begin();
    apply(told, 2, ['press', null]);
    expect(alarms()).toEqual(['press configuration-apply true', 'null configuration-apply true']);
    apply(told, 3, ['press']);
    expect(alarms()).toEqual(['press configuration-apply true', 'null configuration-apply false']);
    apply(told, 4, []);
    expect(alarms()).toEqual(['press configuration-apply false', 'null configuration-apply false']);
  });

  it('that stand for a state come and go with it, each under its name', () => {
    const { told, alarms } = begin();
    const state = (staleAlarm: boolean, reason?: string): void =>
      told.authorityChanged({ usingStale: true, staleAlarm, ...(reason && { held: { reason } }) } as AuthorityState);
    state(true, 'it would stop everything');
    expect(alarms()).toEqual(['null configuration-held true', 'null configuration-stale true']);
    state(false);
    expect(alarms()).toEqual(['null configuration-held false', 'null configuration-stale false']);
  });

  it('that the database was out of reach before a restart stands while it is, which begins the 24 hours anew', async () => {
    const state = (usingStale: boolean, staleAlarm: boolean): AuthorityState =>
      ({ usingStale, staleAlarm }) as AuthorityState;
    const first = await ObservedBook.restored(new MemoryTable());
    begin(first).told.authorityChanged(state(true, true));
    await first.book.close();
    const second = await ObservedBook.restored(first.table);
    const { told, alarms } = begin(second);
    told.authorityChanged(state(true, false));
    await second.clock.advance(60_000);
    expect([alarms(), second.events]).toEqual([['null configuration-stale true'], []]);
    told.authorityChanged(state(false, false));
    expect(alarms()).toEqual(['null configuration-stale false']);
    told.authorityChanged(state(true, false));
    expect(alarms()).toEqual(['null configuration-stale false']);
  });
});
