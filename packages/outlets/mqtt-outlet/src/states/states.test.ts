import { collectingLogger, FakeClock, MemoryAlarmFeed, MemoryTags, memoryTag, sampleAlarm } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { HandLink } from '../testing/hand-link.js';
import { topicsOf } from '../topics.js';
import { AlarmStates } from './alarm-states.js';
import { GatewayStates } from './gateway-states.js';
import { StateTopics } from './state-topics.js';

function stage() {
  const link = new HandLink();
  let seq = 0;
  const logger = collectingLogger();
  const states = new StateTopics({ link, numbers: { next: () => (seq += 1) }, logger });
  return { link, states, logger };
}

describe('a state', () => {
  it('is published with a number, and again with the next when it changes', () => {
    const { link, states } = stage();
    states.connected();
    states.set('a', { state: 'x' });
    link.settle(1);
    states.set('a', { state: 'y' });
    expect(link.sent).toEqual(['a={"state":"x","seq":1}', 'a={"state":"y","seq":2}']);
  });

  it('is the present one after an outage, once', () => {
    const { link, states } = stage();
    for (const state of ['x', 'y', 'z']) states.set('a', { state });
    states.connected();
    link.settle(10);
    expect(link.sent).toEqual(['a={"state":"z","seq":1}']);
  });

  it('waits for the one before it, and leaves out those in between', () => {
    const { link, states } = stage();
    states.connected();
    for (const state of ['x', 'y', 'z']) states.set('a', { state });
    expect(link.open).toHaveLength(1);
    link.settle(1);
    link.settle(1);
    expect(link.sent.map((text) => text.slice(0, 13))).toEqual(['a={"state":"x', 'a={"state":"z']);
    expect(link.open).toEqual([]);
  });

  it('is published on every connection: the broker may have forgotten it', () => {
    const { link, states } = stage();
    states.connected();
    states.set('a', { state: 'x' });
    link.lose();
    states.disconnected();
    states.connected();
    link.settle(1);
    states.disconnected();
    states.connected();
    expect(link.sent).toHaveLength(3);
  });

  it('that the broker does not take for the moment is published again later, as it is then', () => {
    const { link, states } = stage();
    states.connected();
    states.set('a', { state: 'x' });
    states.set('a', { state: 'y' });
    link.settle(1, { name: 'deferred', code: 0x97 });
    expect(link.open).toEqual([]);
    states.again();
    states.again();
    expect(link.open).toEqual(['a={"state":"y","seq":2}']);
  });

  it('that the broker refuses is told of once, and holds up no other', () => {
    const { link, states, logger } = stage();
    states.connected();
    states.set('a', { state: 'x' });
    states.set('b', { state: 'x' });
    link.settle(1, { name: 'refused', code: 0x87, reason: 'refused' });
    states.set('a', { state: 'y' });
    link.settle(1);
    link.settle(1, { name: 'refused', code: 0x87, reason: 'refused' });
    expect(logger.messages('warn')).toEqual(['the broker does not take the state a: not authorized (0x87)']);
  });
});

it('states of drivers and devices follow the system tags, and end with them', () => {
  const { link, states } = stage();
  const clock = new FakeClock();
  const tags = new MemoryTags(clock);
  const text = (path: string) => memoryTag(path, { type: { scalar: 'string' }, driverId: null, deviceId: null });
  tags.define(text('_system/drivers/plc/state'), text('_system/drivers/plc/pid'));
  tags.set('_system/drivers/plc/state', 'Initializing');
  states.connected();
  using gateway = new GatewayStates({ tags, states, clock, topics: topicsOf('fieldwarden', 'lab') });
  link.settle(10);
  tags.define(text('_system/devices/plc/d1/state'));
  tags.set('_system/drivers/plc/state', 'Healthy');
  link.settle(10);
  tags.set('_system/devices/plc/d1/state', 'connected');
  tags.remove('_system/drivers/plc/state');
  link.settle(10);
  const seen = link.sent.map((label) => label.replace('fieldwarden/lab/', '').replace(/","at.*/, ''));
  expect(seen).toEqual([
    'drivers/plc/state={"state":"Initializing',
    'devices/plc/d1/state={"state":"Unknown',
    'drivers/plc/state={"state":"Healthy',
    'devices/plc/d1/state={"state":"connected',
    'drivers/plc/state={"state":"Removed',
  ]);
  expect(gateway.drivers).toEqual({});
});

const alarm = sampleAlarm({ driverId: 'plc', conditionId: 'off-scan/d1', message: 'off scan', severity: 700 });

it('alarms have a topic each: of two services, of devices, and whatever their names hold', () => {
  const { link, states } = stage();
  const feed = new MemoryAlarmFeed();
  const ofService = { ...alarm, driverId: null };
  feed.tell({ ...ofService, conditionId: 'broker-away/main' });
  feed.tell({ ...ofService, conditionId: 'broker-away/other' });
  feed.tell({ ...alarm, device: 'd1', conditionId: 'level#1' });
  feed.tell({ ...alarm, device: 'd1', conditionId: 'level+1' });
  feed.tell({ ...alarm, device: 'd1', conditionId: 'level%2B1' });
  states.connected();
  using _ = new AlarmStates({ feed, states, topics: topicsOf('fieldwarden', 'lab') });
  link.settle(10);
  expect(link.sent.map((label) => label.split('=')[0].replace('fieldwarden/lab/alarms/', ''))).toEqual([
    'broker-away/main',
    'broker-away/other',
    'plc/d1/level%231',
    'plc/d1/level%2B1',
    'plc/d1/level%252B1',
  ]);
});

it('alarms are states, too: how each is now, and that it is over', () => {
  const { link, states } = stage();
  const feed = new MemoryAlarmFeed();
  feed.tell(alarm);
  states.connected();
  using _ = new AlarmStates({ feed, states, topics: topicsOf('fieldwarden', 'lab') });
  link.settle(1);
  feed.tell({ ...alarm, active: false, retain: false });
  link.settle(1);
  const bodies = link.sent.map((label) => {
    const [topic, text] = label.split('=');
    const { active, severity, seq } = JSON.parse(text) as Record<string, unknown>;
    return [topic, active, severity, seq];
  });
  expect(bodies).toEqual([
    ['fieldwarden/lab/alarms/plc/off-scan/d1', true, 700, 1],
    ['fieldwarden/lab/alarms/plc/off-scan/d1', false, 700, 2],
  ]);
});
