import { systemClock } from '@fieldwarden/core';
import { EventLog } from '@fieldwarden/observe';
import { describe, expect, it } from 'vitest';
import { GatewayAlarms } from './gateway-alarms.js';

const storm = { driverId: null, conditionId: 'restart-storm', eventId: undefined, comment: '' };

function withEvents(capacity?: number): { events: EventLog; alarms: GatewayAlarms } {
  const events = new EventLog(systemClock);
  return { events, alarms: new GatewayAlarms(events, capacity) };
}

const raise = (events: EventLog, conditionId: string, active: boolean | undefined, driverId?: string): void => {
  const data = { conditionId, ...(active !== undefined && { active }) };
  events.append({ type: 'alarm', message: `${conditionId} ${active}`, ...(driverId !== undefined && { driverId }), data }); // prettier-ignore
};

describe('the alarms of the gateway itself (§4.4, §7.4)', () => {
  it('are of interest until they are over and somebody has seen them, in either order', () => {
    const { events, alarms } = withEvents();
    raise(events, 'restart-storm', true);
    expect(alarms.rows).toMatchObject([{ driverId: null, device: null, severity: 900, active: true, eventId: '1' }]);
    raise(events, 'restart-storm', false);
    expect(alarms.rows).toMatchObject([{ active: false, acknowledged: false, message: 'restart-storm false' }]);
    expect(alarms.acknowledge(storm)).toEqual({ outcome: 'done', status: 'Good' });
    expect(alarms.rows).toEqual([]);
    raise(events, 'restart-storm', true);
    alarms.acknowledge({ ...storm, comment: 'seen' });
    expect(alarms.rows).toMatchObject([{ active: true, acknowledged: true, comment: 'seen' }]);
    raise(events, 'restart-storm', false);
    expect(alarms.rows).toEqual([]);
  });

  it('that happened once stay until they are seen', () => {
    const { events, alarms } = withEvents();
    raise(events, 'memory', undefined, 'press');
    expect(alarms.rows).toMatchObject([{ driverId: 'press', active: false, retain: true }]);
    alarms.acknowledge({ ...storm, driverId: 'press', conditionId: 'memory' });
    expect(alarms.rows).toEqual([]);
  });

  it('are acknowledged in the state that was seen, once, with an event', () => {
    const { events, alarms } = withEvents();
    raise(events, 'restart-storm', true);
    expect(alarms.acknowledge({ ...storm, eventId: '7' })).toEqual({
      outcome: 'rejected',
      status: 'BadEventIdUnknown',
    });
    alarms.acknowledge({ ...storm, eventId: '1' });
    expect(alarms.acknowledge(storm)).toMatchObject({ status: 'BadConditionBranchAlreadyAcked' });
    expect(events.last(1)).toMatchObject([{ type: 'alarm', data: { active: true, alarm: { acknowledged: true } } }]);
    expect(alarms.rows).toHaveLength(1);
    expect(() => alarms.acknowledge({ ...storm, conditionId: 'flood' })).toThrow(expect.objectContaining({ code: 'ALARM_UNKNOWN', writeOutcome: 'not-sent' })); // prettier-ignore
  });

  it('are apart from those of devices, and from what is over that nobody knew', () => {
    const { events, alarms } = withEvents();
    events.append({
      type: 'alarm',
      driverId: 'press',
      device: 'plc',
      message: 'level',
      data: { conditionId: 'level' },
    });
    events.append({ type: 'alarm', driverId: 'press', message: '30 more changes', data: { untold: 30 } });
    events.append({ type: 'driver', driverId: 'press', message: 'x', data: { conditionId: 'x' } });
    raise(events, 'configuration-held', false);
    expect(alarms.rows).toEqual([]);
  });

  it('are counted when there is no room, the old ones stay', () => {
    const { events, alarms } = withEvents(2);
    for (const driverId of ['a', 'b', 'c']) raise(events, 'rolled-back', true, driverId);
    expect([alarms.rows.map(({ driverId }) => driverId), alarms.leftOut]).toEqual([['a', 'b'], 1]);
    raise(events, 'rolled-back', false, 'a');
    expect(alarms.rows[0]).toMatchObject({ driverId: 'a', active: false });
  });
});
