import { silentLogger } from '@fieldwarden/core';
import type { StoredMessage } from '@fieldwarden/outbox';
import type { EdgeAction } from '@fieldwarden/sparkplug';
import { FakeClock } from '@fieldwarden/testkit';
import { beforeEach, expect, it } from 'vitest';
import { KeptHistory } from './kept-history.js';

let records: StoredMessage[];
let told: string[];
let answers: { readonly resolve: () => void; readonly reject: () => void }[];
let when: (device: string | undefined) => 'now' | 'later' | 'never';
let dropped: string[];
let settled: number;
let history: KeptHistory;

beforeEach(() => {
  records = [];
  told = [];
  answers = [];
  dropped = [];
  settled = 0;
  when = () => 'now';
  const remove = (sequence: number): void => void (records = records.filter((record) => record.sequence !== sequence));
  history = new KeptHistory({
    outbox: {
      append: (message) => records.push({ ...message, sequence: records.length + 1 }),
      read: (after, limit) => records.filter(({ sequence }) => sequence > after).slice(0, limit),
      acknowledge: remove,
      drop: (sequence, reason) => {
        dropped.push(`${sequence} ${reason}`);
        remove(sequence);
      },
      get state() {
        return { pending: records.length } as never;
      },
    },
    link: {
      unsubscribe: () =>
        new Promise((resolve, reject) => answers.push({ resolve, reject: () => reject(new Error('it ended')) })),
    },
    node: {
      replayable: (device) => when(device),
      replay: (device, payload): EdgeAction[] => [{ type: 'publish', topic: `${device}`, payload, qos: 0 }],
    },
    topicOf: (device) => `spBv1.0/lab/DDATA/gateway/${device}`,
    fence: 'fence',
    send: (actions) =>
      told.push(...actions.map((action) => (action.type === 'publish' ? `${action.topic} ${action.payload[0]}` : ''))),
    onSettled: () => (settled += 1),
    clock: new FakeClock(),
    logger: silentLogger,
  });
});

const keep = (device: string, value: number): void => history.keep(device, Uint8Array.of(value));
const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('lets records go when the broker has answered, and not before', async () => {
  keep('a', 1);
  keep('a', 2);
  history.step();
  expect(told).toEqual(['a 1', 'a 2']);
  expect(history.step()).toBe(false);
  expect(records).toHaveLength(2);
  answers[0].resolve();
  await pause();
  expect(records).toEqual([]);
  expect(settled).toBe(1);
});

it('tells again what was under way when the connection ended, and takes no late answer for it', async () => {
  keep('a', 1);
  history.step();
  history.disconnected();
  answers[0].resolve();
  await pause();
  expect(records).toHaveLength(1);
  history.step();
  expect(told).toEqual(['a 1', 'a 1']);
  answers[1].reject();
  await pause();
  expect(records).toHaveLength(1);
});

it('passes over a device that is offline until it is born, and gives up one that is gone', async () => {
  when = (device) => (device === 'off' ? 'later' : device === 'gone' ? 'never' : 'now');
  keep('off', 1);
  keep('gone', 2);
  keep('a', 3);
  history.step();
  expect([told, dropped]).toEqual([['a 3'], ['2 refused']]);
  answers[0].resolve();
  await pause();
  expect(history.step()).toBe(false);
  when = () => 'now';
  history.restart();
  history.step();
  expect(told).toEqual(['a 3', 'off 1']);
});
