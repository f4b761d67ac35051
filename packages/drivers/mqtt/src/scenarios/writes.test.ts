import { ScriptedBroker, TestBroker } from '@fieldwarden/mqtt-link/testing';
import { statusName } from '@fieldwarden/core';
import { describe, expect, it } from 'vitest';
import { JsonDevice } from '../testing/json-device.js';
import { WatchedTags, type WatchedTag } from '../testing/watched-tags.js';

const answered = (signal: string, dataType: string): WatchedTag => [
  `plant/${signal}`,
  dataType,
  {
    jsonPath: '$.v',
    timePath: '$.ts',
    write: {
      topic: `plant/${signal}/set`,
      template: '{"v":{value},"id":"{id}"}',
      ackTopic: `plant/${signal}/set-result`,
    },
  },
];

describe('writes by messages (§2, §9.4)', () => {
  it('are what the device answers: done, rejected, or unknown when it answers nothing', async () => {
    await using broker = await TestBroker.start();
    await using device = await JsonDevice.start(broker.url, { speed: 1, fixed: 1 });
    const tags = { speed: answered('speed', 'float64'), fixed: answered('fixed', 'float64') };
    await using watched = await WatchedTags.open({ options: { url: broker.url }, tags });
    expect(await watched.write('speed', 12.5)).toMatchObject({ outcome: 'done' });
    await watched.shows({ speed: '12.5 Good' });
    expect(await watched.write('fixed', 2)).toMatchObject({ outcome: 'rejected' });
    device.answers = false;
    const { outcome, status } = await watched.write('speed', 3, 400);
    expect([outcome, statusName(status)]).toEqual(['unknown', 'BadTimeout']);
    expect(device.writes.map(({ value }) => value)).toEqual([12.5, 2, 3]);
  });

  it('without an answer are never more than taken by the broker', async () => {
    await using broker = await TestBroker.start();
    const tags: Record<string, WatchedTag> = {
      lamp: ['lamp/state', 'bool', { write: { topic: 'lamp/set', template: '{onOff}' } }],
    };
    await using watched = await WatchedTags.open({ options: { url: broker.url }, tags });
    const { outcome, status, message } = await watched.write('lamp', true);
    expect([outcome, statusName(status)]).toEqual(['unknown', 'Uncertain']);
    expect(message).toContain('the broker has it');
    expect(broker.seen.at(-1)).toMatchObject({ topic: 'lamp/set', text: 'ON', qos: 1, retain: false });
  });

  it('whose answer is the state itself are done when the state is what was written', async () => {
    await using broker = await TestBroker.start();
    const tags: Record<string, WatchedTag> = {
      lamp: ['lamp/state', 'bool', { write: { topic: 'lamp/set', ackTopic: 'lamp/state' } }],
    };
    await using watched = await WatchedTags.open({ options: { url: broker.url }, tags });
    const writing = watched.write('lamp', true);
    await broker.publish('lamp/state', 'false');
    await watched.shows({ lamp: '0 Good' });
    await broker.publish('lamp/state', 'true');
    expect(await writing).toMatchObject({ outcome: 'done' });
  });

  it('that the broker refuses are rejected, those for which it has no room now not sent, others unknown', async () => {
    await using broker = await ScriptedBroker.start({
      acknowledge: ({ topic }) => (topic === 'no' ? 0x87 : topic === 'later' ? 0x97 : 'withhold'),
    });
    const tags: Record<string, WatchedTag> = {
      deferred: ['c', 'float64', { write: { topic: 'later' } }],
      refused: ['a', 'float64', { write: { topic: 'no' } }],
      withheld: ['b', 'float64', { write: { topic: 'withheld' } }],
    };
    await using watched = await WatchedTags.open({ options: { url: broker.url }, tags });
    const refused = await watched.write('refused', 1);
    expect([refused.outcome, statusName(refused.status)]).toEqual(['rejected', 'BadUserAccessDenied']);
    const withheld = await watched.write('withheld', 1, 300);
    expect([withheld.outcome, statusName(withheld.status)]).toEqual(['unknown', 'BadTimeout']);
    const deferred = await watched.write('deferred', 1);
    expect([deferred.outcome, statusName(deferred.status)]).toEqual(['not-sent', 'BadResourceUnavailable']);
    expect(broker.published.map(({ topic }) => topic)).toEqual(['no', 'withheld', 'later']);
  });
});
