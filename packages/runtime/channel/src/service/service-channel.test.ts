import { GatewayError, silentLogger, systemClock } from '@fieldwarden/core';
import type { Alarm, TagDefinition } from '@fieldwarden/gateway-contract';
import type { ServiceTable } from '@fieldwarden/service';
import { TagStore } from '@fieldwarden/tags';
import { MemoryAlarmFeed, sampleAlarm, testOrigin, waitFor } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { noVitals } from '../testing/no-vitals.js';
import { startMemoryService } from '../testing/memory-service.js';
import { updateFrames } from '../wire/batch-frames.js';
import { encodeFromService } from './service-codec.js';
import { askCredits, type FromServiceMessage } from './service-messages.js';
import { CarriedColumns } from './tags/tag-columns.js';

const origin = testOrigin({ correlationId: '1' });

function newStore(...paths: string[]): TagStore {
  const store = new TagStore(systemClock, silentLogger);
  store.define(paths.map((path) => tag(path)));
  return store;
}

function tag(path: string): TagDefinition {
  const type = { scalar: 'float64' } as const;
  const rest = { driverId: 'd', deviceId: 'u', address: path, scanMs: 100, writeIdempotent: false, verify: false };
  return { path, type, rawType: type, access: 'read-write', ...rest };
}

describe('what a service asks of the gateway', () => {
  it('a write for a tag whose handle is another tag by now is refused, the others are written', async () => {
    const store = newStore('a', 'b');
    const written: unknown[] = [];
    const writeMany = (items: readonly unknown[]) => {
      written.push(...items);
      return Promise.resolve(items.map(() => ({ outcome: 'done', status: 0 }) as const));
    };
    const { context, transport, ready } = startMemoryService({ around: { tags: store, writer: { writeMany } } });
    await ready;
    const { tags, writer } = await context;
    const [a, b] = ['a', 'b'].map((path) => tags.handleOf(path)!);
    transport.hold();
    store.remove(Uint32Array.of(a));
    store.define([tag('c')]);
    expect(store.handleOf('c')).toBe(a);
    const replies = writer.writeMany(
      [
        { handle: a, value: 1 },
        { handle: b, value: 2 },
      ],
      origin,
    );
    await waitFor(() => written.length > 0, { what: 'the write' });
    transport.release();
    expect(await replies).toMatchObject([{ code: 'TAG_UNKNOWN', writeOutcome: 'rejected' }, { outcome: 'done' }]);
    expect(written).toEqual([{ handle: b, value: 2 }]);
  });

  it('a refused write arrives as the error that it was', async () => {
    const store = newStore('a');
    const refused = new GatewayError({
      code: 'TAG_READ_ONLY',
      kind: 'config',
      message: 'no',
      writeOutcome: 'rejected',
    });
    const { context, ready } = startMemoryService({
      around: { tags: store, writer: { writeMany: () => Promise.resolve([refused]) } },
    });
    await ready;
    const { tags, writer } = await context;
    const [reply] = await writer.writeMany([{ handle: tags.handleOf('a')!, value: 1 }], origin);
    expect(reply).toMatchObject({ name: 'GatewayError', code: 'TAG_READ_ONLY', writeOutcome: 'rejected' });
  });

  it('more than it may is refused as not sent, and the gateway answers no more than its share at a time', async () => {
    const store = newStore('a');
    let open = 0;
    let most = 0;
    const go = Promise.withResolvers<void>();
    const { context, ready, lost } = startMemoryService({
      around: {
        tags: store,
        writer: {
          async writeMany() {
            most = Math.max(most, (open += 1));
            await go.promise;
            open -= 1;
            return [{ outcome: 'done', status: 0 }];
          },
        },
      },
    });
    await ready;
    const { tags, writer } = await context;
    const items = [{ handle: tags.handleOf('a')!, value: 1 }];
    const writes = Array.from({ length: 2_000 }, () => writer.writeMany(items, origin));
    await waitFor(() => most === askCredits, { what: 'the first writes' });
    go.resolve();
    const replies = (await Promise.all(writes)).map(([reply]) => ('code' in reply ? reply.code : reply.outcome));
    expect(replies.filter((reply) => reply === 'done')).toHaveLength(askCredits + 1_024);
    expect(replies.filter((reply) => reply === 'SERVICE_ASKS_TOO_MUCH')).toHaveLength(2_000 - askCredits - 1_024);
    expect([most, lost]).toEqual([askCredits, []]);
  });

  it('a table of any size is read in parts', async () => {
    const records = Array.from({ length: 1_200 }, (_, index) => [`k${index}`, 'x'.repeat(20_000)] as const);
    const { context, ready } = startMemoryService({
      around: { tags: newStore(), storage: { table: () => Promise.resolve(tableOf(records)) } },
    });
    await ready;
    const table = await (await context).storage.table('big');
    expect(await table.entries()).toEqual(records);
    expect(await table.get('k3')).toBe('x'.repeat(20_000));
  });

  it('a fault of the storage is an error of the service, not of its Host', async () => {
    const broken = new GatewayError({ code: 'DISK_FULL', kind: 'unreachable', message: 'the disk is full' });
    const table = { ...tableOf([]), settled: () => Promise.reject(broken), put: () => throwError(broken) };
    const { context, ready, lost } = startMemoryService({
      around: { tags: newStore(), storage: { table: () => Promise.resolve(table) } },
    });
    await ready;
    const mine = await (await context).storage.table('t');
    mine.put('k', 1);
    await expect(mine.settled()).rejects.toMatchObject({ code: 'DISK_FULL', kind: 'unreachable' });
    expect(lost).toEqual([]);
  });
});

describe('what a service tells people', () => {
  it('arrives without the data where these can not be copied', async () => {
    const events: unknown[] = [];
    const { context, ready } = startMemoryService({
      around: { tags: newStore(), events: { append: (event) => void events.push(event) } },
    });
    await ready;
    const { events: mine } = await context;
    mine.append({ message: 'one', data: { n: 1 } });
    mine.append({ message: 'two', data: { n: () => 1 } });
    await waitFor(() => events.length === 2, { what: 'both' });
    expect(events).toEqual([{ message: 'one', data: { n: 1 } }, { message: 'two' }]);
  });
});

describe('a Host of a service that breaks the protocol (§4.1)', () => {
  const address = { port: 1, url: 'x://1' };
  const pong = { sequence: 1, pendingCalls: 0, progress: 0, conflatedValues: 0, droppedLogs: 0, lostAlarms: 0 };
  const breaches: Readonly<Record<string, Uint8Array>> = {
    'a second hello': encodeFromService({ type: 'hello', protocol: 1, pid: 1 }),
    'a second ready': encodeFromService({ type: 'ready', address }),
    'an answer to nothing': encodeFromService({ type: 'result', call: 99, value: 1 }),
    'a record in no table': told({ kind: 'put', table: 'none', key: 'k', value: 1 }),
    'a report of no shape': encodeFromService({ type: 'report', report: { health: 'fine' } } as never),
    'a report that JSON can not carry': encodeFromService({
      type: 'report',
      report: { health: { state: 'Healthy' }, status: { bytes: 1n }, metrics: [] },
    }),
    'a write without a path': encodeFromService({
      type: 'ask',
      call: 1,
      ask: { kind: 'write', items: [{ handle: 1, value: 1 }], origin },
    } as never),
    'a message of the other side': encodeFromService({ type: 'stop' } as never),
    'values of tags': updateFrames(1, new CarriedColumns(1), new CarriedColumns(1).handles, 0, 1)[0],
    'a pong without vitals': encodeFromService({ type: 'pong', ...pong } as never),
  };

  it.each(Object.keys(breaches))('%s ends the channel, once', async (what) => {
    const { hostTransport, ready, lost, client } = startMemoryService({ around: { tags: newStore('a') } });
    await ready;
    hostTransport.send(breaches[what]);
    await waitFor(() => lost.length > 0, { what: 'the end of the channel' });
    expect(lost).toMatchObject([{ kind: 'protocol' }]);
    await expect(client.request('any', 1, origin)).rejects.toMatchObject({ kind: 'unreachable' });
  });

  it('more asks than there are credits end it', async () => {
    const { hostTransport, ready, lost } = startMemoryService({
      around: { tags: newStore('a'), writer: { writeMany: () => new Promise(() => undefined) } },
    });
    await ready;
    const ask = { kind: 'write', items: [], origin } as const;
    for (let call = 1; call <= askCredits + 1; call += 1)
      hostTransport.send(encodeFromService({ type: 'ask', call, ask }));
    await waitFor(() => lost.length > 0, { what: 'the end of the channel' });
    expect(lost[0].message).toContain(`more than ${askCredits}`);
  });

  it('a pong passes on what the gateway conflated', async () => {
    const { hostTransport, ready, pongs } = startMemoryService({ around: { tags: newStore('a') } });
    await ready;
    hostTransport.send(encodeFromService({ type: 'pong', ...pong, footprintBytes: undefined, ...noVitals }));
    await waitFor(() => pongs.length > 0, { what: 'the pong' });
    expect(pongs[0].conflatedValues).toBe(0);
  });
});

describe('the alarms of the gateway', () => {
  it('reach a service in a Host: those that there are, then each change, and none after it went', async () => {
    const feed = new MemoryAlarmFeed();
    feed.tell(alarm({ message: 'first' }));
    const { context, ready, client } = startMemoryService({ around: { tags: newStore('a'), alarmFeed: feed } });
    await ready;
    const seen: string[] = [];
    using _ = (await context).alarmFeed.follow(({ message, retain }) => void seen.push(`${message} ${retain}`));
    await waitFor(() => seen.includes('first true'), { what: 'the alarm that there was' });
    feed.tell(alarm({ message: 'second' }));
    feed.tell(alarm({ message: 'over', retain: false }));
    await waitFor(() => seen.includes('over false'), { what: 'its end' });
    client.detach(new GatewayError({ code: 'GONE', kind: 'host-lost', message: 'killed' }));
    expect(feed.followers).toBe(0);
  });
});

describe('when the Host of a service is lost (§4.3)', () => {
  it('every request rejects in the same tick, and its alarms end', async () => {
    const alarms = new Set<string>();
    const service = startMemoryService({
      around: {
        tags: newStore('a'),
        alarms: { raise: ({ conditionId }) => void alarms.add(conditionId), clear: (id) => void alarms.delete(id) },
      },
      service: ({ alarms: own }) => ({
        start() {
          own.raise({ conditionId: 'full', severity: 1, message: 'full' });
          return Promise.resolve(undefined);
        },
        request: () => new Promise(() => undefined),
      }),
    });
    await service.ready;
    const asked = service.client.request('wait', 1, origin);
    await waitFor(() => alarms.size > 0, { what: 'the alarm' });
    service.client.detach(new GatewayError({ code: 'GONE', kind: 'host-lost', message: 'killed' }));
    expect([service.client.pendingCalls, alarms.size]).toEqual([0, 0]);
    await expect(asked).rejects.toMatchObject({ kind: 'host-lost' });
  });
});

function alarm(more: Partial<Alarm>): Alarm {
  return sampleAlarm({ driverId: 'plc', conditionId: 'off-scan/d1', message: '', severity: 700, ...more });
}

function told(what: Extract<FromServiceMessage, { type: 'tell' }>['what']): Uint8Array {
  return encodeFromService({ type: 'tell', what });
}

function tableOf(records: readonly (readonly [string, unknown])[]): ServiceTable {
  return {
    get: (key) => Promise.resolve(new Map(records).get(key)),
    entries: () => Promise.resolve(records),
    put: () => undefined,
    delete: () => undefined,
    settled: () => Promise.resolve(),
  };
}

function throwError(error: Error): never {
  throw error;
}
