import { EventLog } from '@fieldwarden/observe';
import { FakeClock } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { GatewayAlarms } from '../../alarms/gateway-alarms.js';
import { row } from '../../testing/status-samples.js';
import { DemotionAlarms } from './demotion-alarms.js';

describe('the alarm of a device that is off scan (§5.5)', () => {
  const lastError = { code: 'MODBUS_TIMEOUT', kind: 'timeout', message: 'no answer', at: '2030-01-01T00:00:00.000Z' };
  const demoted = row('filler', { deviceState: 'demoted', lastError });

  function setUp() {
    const events = new EventLog(new FakeClock());
    const alarms = new GatewayAlarms(events);
    return { events, alarms, demotions: new DemotionAlarms(events) };
  }

  it('is raised once with the reason, and over when the device is back', () => {
    const { events, alarms, demotions } = setUp();
    for (const seen of [row('filler'), demoted, demoted]) demotions.see('packaging', [seen, row('capper')]);
    expect(events.last(10).map(({ message }) => message)).toEqual(['device packaging/filler is off scan: no answer']);
    expect(alarms.rows).toMatchObject([{ driverId: 'packaging', conditionId: 'off-scan/filler', active: true }]);
    demotions.see('packaging', [row('filler'), row('capper')]);
    expect(alarms.rows).toMatchObject([{ conditionId: 'off-scan/filler', active: false, acknowledged: false }]);
  });

  it('is over when the device or its driver is no more', () => {
    const { alarms, demotions } = setUp();
    demotions.see('packaging', [demoted]);
    demotions.see('packaging', []);
    expect(alarms.rows).toMatchObject([{ active: false }]);
    demotions.see('packaging', [demoted]);
    demotions.forget('packaging');
    expect(alarms.rows).toMatchObject([{ active: false }]);
  });
});
