import { describe, expect, it } from 'vitest';
import { concernsOf } from './concerns.js';
import { testDriver, testRow, testStatus } from './testing-fleet.js';
import { verdictOf } from './verdict.js';

const down = testRow({ deviceState: 'demoted' });
const alsoDown = testRow({ device: 'capper', deviceState: 'demoted' });

function verdict(rows = [testRow()], drivers = [testDriver()]) {
  const concerns = concernsOf({ status: testStatus(), drivers, rows, services: [], since: new Map() });
  return verdictOf(drivers, concerns, true);
}

describe('the verdict', () => {
  it('says in three words that all is well', () => {
    expect(verdict()).toMatchObject({ tone: 'good', headline: 'All is well', detail: '1 driver healthy.' });
  });

  it('names a single problem', () => {
    expect(verdict([down])).toMatchObject({ tone: 'fault', headline: 'packaging / filler: off scan' });
  });

  it('counts several', () => {
    const alert = testRow({ device: 'labeller', alert: true });
    expect(verdict([down, alsoDown, alert])).toMatchObject({ headline: '2 faults', detail: 'And 1 warning.' });
  });

  it('does not count what an operator stopped', () => {
    const drivers = [testDriver(), testDriver({ id: 'demo', state: 'Stopped' })];
    expect(verdict([testRow()], drivers)).toMatchObject({ tone: 'good', detail: '1 driver healthy, 1 stopped.' });
  });

  it('knows nothing without a connection', () => {
    expect(verdictOf([testDriver()], [], false)).toMatchObject({ tone: 'idle', icon: 'offline' });
  });

  it('is no judgement where nothing is configured', () => {
    expect(verdictOf([], [], true).headline).toBe('Nothing configured yet');
  });
});
