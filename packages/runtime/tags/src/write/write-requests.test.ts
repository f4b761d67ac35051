import { GatewayError, isGatewayError, statusCodes, type TagValue } from '@fieldwarden/core';
import type { DriverSession, WriteItem, WriteResult } from '@fieldwarden/driver';
import type { DeviceInvoker } from '@fieldwarden/invoker';
import { collectingAudit, collectingLogger, FakeClock, testOrigin } from '@fieldwarden/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gatewayPrincipal, originFields, type TagDefinition } from '@fieldwarden/gateway-contract';
import { TagStore } from '../store/tag-store.js';
import { testInvoker } from '../testing/test-invoker.js';
import { tag } from '../testing/test-tags.js';
import { WriteRequests } from './write-requests.js';

const origin = testOrigin({ correlationId: 'c1' });
const audit = collectingAudit();

describe('WriteRequests (§2)', () => {
  let sent: WriteItem[];
  let answer: () => Promise<readonly WriteResult[]>;
  /** Undefined: reading is refused. */
  let readBack: TagValue | undefined;
  let store: TagStore;
  let writes: WriteRequests;
  let invoker: DeviceInvoker;
  /** Its breaker stays closed over a few time-outs. */
  let patient: DeviceInvoker;
  let running: boolean;

  let clock: FakeClock;

  beforeEach(() => {
    clock = new FakeClock();
    const logger = collectingLogger();
    store = new TagStore(clock, logger);
    sent = [];
    running = true;
    answer = () => Promise.resolve([{ outcome: 'done', status: statusCodes.Good }]);
    const session: DriverSession = {
      close: () => Promise.resolve(),
      write: (_device, items) => (sent.push(...items), answer()),
      prepareRead: (deviceId, points) => ({ deviceId, points }),
      read: (plan, into) =>
        readBack === undefined
          ? Promise.reject(new GatewayError({ code: 'T', kind: 'rejected', message: 'not now' }))
          : Promise.resolve(into.set(0, readBack, plan.points[0].type, 1)),
    };
    const openAfter = (failures: number): DeviceInvoker => testInvoker(session, { clock, timeoutMs: 1_000, failures });
    invoker = openAfter(1);
    patient = openAfter(5);
    writes = new WriteRequests({ store, clock, logger, audit, invokerOf: () => (running ? invoker : undefined) });
  });

  afterEach(() => [invoker, patient].forEach((one) => one.dispose()));

  function define(more: Partial<TagDefinition>): void {
    store.define([tag('a', { access: 'read-write', ...more })]);
  }

  async function refusal(json: unknown): Promise<GatewayError> {
    const outcome: unknown = await writes.writePath('a', json, origin).catch((error: unknown) => error);
    if (!isGatewayError(outcome)) throw new Error('expected a refusal');
    return outcome;
  }

  it('sends the value and answers with what the device said', async () => {
    define({});
    expect(await writes.writePath('a', 12.5, origin)).toEqual({ outcome: 'done', status: statusCodes.Good });
    expect(sent).toEqual([{ point: { path: 'a', address: 'a', type: { scalar: 'float64' } }, value: 12.5 }]);
  });

  it('hands the writes of one request for tags of a service to it together, checked and audited like any other', async () => {
    const own = { driverId: null, deviceId: null, serviceId: 'own', access: 'read-write' } as const;
    store.define([
      tag('own/a', { ...own, limits: { max: 10 } }),
      tag('own/b', own),
      tag('other/c', { ...own, serviceId: 'other' }),
    ]);
    const calls: unknown[] = [];
    const toServices = new WriteRequests({
      store,
      clock,
      logger: collectingLogger(),
      audit,
      invokerOf: () => undefined,
      writeToService: (serviceId, items) => {
        calls.push([serviceId, items.map(({ definition, value }) => [definition.path, value])]);
        if (serviceId === 'other')
          throw new GatewayError({
            code: 'DOWN',
            kind: 'unreachable',
            message: 'it does not run',
            writeOutcome: 'not-sent',
          });
        return Promise.resolve(items.map(() => ({ outcome: 'done', status: statusCodes.Good })));
      },
    });
    const items = [
      ['own/a', 1],
      ['other/c', 2],
      ['own/b', 3],
      ['own/a', 11],
    ].map(([path, json]) => ({ path: path as string, json }));
    const replies = await toServices.writePaths(items, origin);
    expect(calls).toEqual([
      ['own', [['own/a', 1], ['own/b', 3]]],
      ['other', [['other/c', 2]]],
    ]); // prettier-ignore
    expect(replies).toMatchObject([
      { outcome: 'done' },
      { code: 'DOWN' },
      { outcome: 'done' },
      { code: 'VALUE_OUT_OF_LIMITS' },
    ]);
    const rows = audit.entries.slice(-4).map(({ subject, outcome }) => [subject, outcome]);
    expect(rows).toEqual([
      ['own/a', 'done'],
      ['other/c', 'not-sent'],
      ['own/b', 'done'],
      ['own/a', 'refused'],
    ]);
  });

  it('hands a write of a tag without a device to who keeps it, and logs it like any other', async () => {
    const logger = collectingLogger();
    const local: unknown[] = [];
    const withLocal = new WriteRequests({
      store,
      clock,
      logger,
      audit,
      invokerOf: () => undefined,
      writeLocal: ({ path }, value, { correlationId }) => {
        local.push([path, value, correlationId]);
        return Promise.resolve({ outcome: 'done', status: statusCodes.Good });
      },
    });
    define({ driverId: null, deviceId: null });
    expect(await withLocal.writePath('a', 5, origin)).toMatchObject({ outcome: 'done' });
    expect(local).toEqual([['a', 5, 'c1']]);
    expect(logger.records).toMatchObject([{ message: 'write a = 5: done', fields: { correlationId: 'c1' } }]);
  });

  it('refuses who may not write this tag, by path and by handle, with nothing on the wire', async () => {
    define({});
    const ada = { name: 'ada', grants: [{ role: 'operator', areas: ['b/**'] }], proof: 'password' } as const;
    const by = testOrigin({ principal: ada });
    const refused = { code: 'NOT_PERMITTED', writeOutcome: 'not-sent', status: statusCodes.BadUserAccessDenied };
    await expect(writes.writePath('a', 5, by)).rejects.toMatchObject(refused);
    expect(await writes.writeMany([{ handle: store.handleOf('a')!, value: 5 }], by)).toMatchObject([refused]);
    const viewer = testOrigin({ principal: gatewayPrincipal('eve', 'viewer') });
    await expect(writes.writePath('a', 5, viewer)).rejects.toMatchObject({
      message: 'not for eve: it takes the permission write for a',
    });
    expect(sent).toEqual([]);
  });

  it('tells who was refused what and why, the same once a minute', async () => {
    const logger = collectingLogger();
    const logged = new WriteRequests({ store, clock, logger, audit, invokerOf: () => invoker });
    define({ limits: { min: 0, max: 120 } });
    const by = testOrigin({
      via: 'modbus-server',
      principal: gatewayPrincipal('10.0.0.9', 'operator'),
      correlationId: 'c7',
    });
    const handle = store.handleOf('a')!;
    for (const value of [500, 501])
      await logged.writeMany(
        [
          { handle, value },
          { handle, value: 5 },
        ],
        by,
      );
    await logged.writePaths([{ path: 'x'.repeat(1_000), json: { bad: true } }], by);
    expect(logger.records.filter(({ level }) => level === 'warn')).toMatchObject([
      {
        message: 'write a = 500: not-sent (BadOutOfRange: 500 is outside the limits 0 … 120 of tag a)',
        fields: originFields(by),
      },
      {
        message: expect.stringMatching(
          /^write x{100}… = \{"bad":true\}: not-sent \(BadNodeIdUnknown: no tag .*\(and 1 more/,
        ) as string,
      },
    ]);
    await clock.advance(60_000);
    await logged.writeMany([{ handle, value: 502 }], by);
    expect(logger.messages('warn')).toHaveLength(3);
  });

  it('shows no more than 100 characters of a value in the log', async () => {
    const logger = collectingLogger();
    const logged = new WriteRequests({ store, clock, logger, audit, invokerOf: () => invoker });
    define({ type: { scalar: 'string' }, rawType: { scalar: 'string' } });
    await logged.writePath('a', 'x'.repeat(100_000), origin);
    await logged.writePath('a', 'x'.repeat(100), origin);
    expect(logger.messages('info')).toEqual([
      `write a = ${'x'.repeat(100)}…: done`,
      `write a = ${'x'.repeat(100)}: done`,
    ]);
  });

  it.each([
    ['a read-only tag', { access: 'read-only' }, 1, 'TAG_READ_ONLY', statusCodes.BadNotWritable],
    ['a value of another type', {}, 'abc', 'VALUE_TYPE_MISMATCH', statusCodes.BadTypeMismatch],
    [
      'a value over the limits',
      { limits: { min: 0, max: 120 } },
      120.1,
      'VALUE_OUT_OF_LIMITS',
      statusCodes.BadOutOfRange,
    ],
    ['a value under the limits', { limits: { min: 0 } }, -1, 'VALUE_OUT_OF_LIMITS', statusCodes.BadOutOfRange],
    [
      'NaN where there are limits',
      { limits: { min: 0 }, writeNonFinite: true },
      'NaN',
      'VALUE_OUT_OF_LIMITS',
      statusCodes.BadOutOfRange,
    ],
    [
      'what the device says when it has no value',
      { rawType: { scalar: 'int16' }, scaling: { gain: 0.1, offset: 0 }, notAvailable: [32767] },
      3276.7,
      'VALUE_NOT_AVAILABLE',
      statusCodes.BadOutOfRange,
    ],
    ['NaN that the tag does not ask for', {}, 'NaN', 'VALUE_OUT_OF_RANGE', statusCodes.BadOutOfRange],
    ['a number beyond all doubles', { writeNonFinite: true }, 1e309, 'VALUE_OUT_OF_RANGE', statusCodes.BadOutOfRange],
    ['the text of one', { writeNonFinite: true }, '-1e309', 'VALUE_OUT_OF_RANGE', statusCodes.BadOutOfRange],
    [
      'a number beyond 32 bits',
      { type: { scalar: 'float32' }, rawType: { scalar: 'float32' } },
      1e39,
      'VALUE_OUT_OF_RANGE',
      statusCodes.BadOutOfRange,
    ],
    [
      'a number beyond 32 bits once unscaled',
      { rawType: { scalar: 'float32' }, scaling: { gain: 0.001, offset: 0 } },
      1e36,
      'VALUE_OUT_OF_RANGE',
      statusCodes.BadOutOfRange,
    ],
    [
      'a 64-bit number that JSON has rounded',
      { type: { scalar: 'uint64' }, rawType: { scalar: 'uint64' } },
      2 ** 53,
      'VALUE_OUT_OF_RANGE',
      statusCodes.BadOutOfRange,
    ],
    [
      'an array with one element out of range',
      { type: { scalar: 'float32', arrayLength: 2 }, rawType: { scalar: 'float32', arrayLength: 2 } },
      [1, -1e39],
      'VALUE_OUT_OF_RANGE',
      statusCodes.BadOutOfRange,
    ],
    [
      'a value that does not fit',
      { type: { scalar: 'int16' }, rawType: { scalar: 'int16' } },
      40_000,
      'VALUE_OUT_OF_RANGE',
      statusCodes.BadOutOfRange,
    ],
    [
      'a value that does not fit once unscaled',
      { rawType: { scalar: 'uint8' }, scaling: { gain: 0.1, offset: 0 } },
      25.6,
      'VALUE_OUT_OF_RANGE',
      statusCodes.BadOutOfRange,
    ],
  ] as [string, Partial<TagDefinition>, unknown, string, number][])(
    'refuses %s beforehand, and nothing is sent',
    async (_what, more, json, code, status) => {
      define(more);
      expect(await refusal(json)).toMatchObject({ code, status, writeOutcome: 'not-sent' });
      expect(sent).toEqual([]);
    },
  );

  it('refuses an unknown path', async () => {
    expect(await refusal(1)).toMatchObject({ code: 'TAG_UNKNOWN', status: statusCodes.BadNodeIdUnknown });
  });

  it('refuses as not sent while the driver is stopped', async () => {
    define({});
    running = false;
    expect(await refusal(1)).toMatchObject({ code: 'DRIVER_STOPPED', writeOutcome: 'not-sent' });
  });

  it('refuses as not sent while the device is demoted, and the device hears nothing', async () => {
    define({});
    answer = () => Promise.reject(new GatewayError({ code: 'T', kind: 'timeout', message: 'silence' }));
    expect(await writes.writePath('a', 1, origin)).toMatchObject({
      outcome: 'unknown',
      status: statusCodes.BadTimeout,
    });
    sent.length = 0;
    expect(await refusal(1)).toMatchObject({ kind: 'circuit-open', writeOutcome: 'not-sent' });
    expect(sent).toEqual([]);
  });

  it.each([
    ['unreachable', 'not-sent', statusCodes.BadNoCommunication],
    ['rejected', 'rejected', statusCodes.BadDeviceFailure],
    ['protocol', 'unknown', statusCodes.BadCommunicationError],
  ] as const)('a write that ended with kind %s was tried and is answered as %s', async (kind, outcome, status) => {
    define({});
    answer = () => Promise.reject(new GatewayError({ code: 'T', kind, message: 'because' }));
    expect(await writes.writePath('a', 1, origin)).toEqual({ outcome, status, message: 'because' });
  });

  it('unscales and rounds to the whole numbers of the device', async () => {
    define({ rawType: { scalar: 'int16' }, scaling: { gain: 0.1, offset: 5 } });
    await writes.writePath('a', 17.26, origin);
    expect(sent[0].value).toBe(123);
  });

  it('with verify, done counts only when the device shows the value', async () => {
    define({ verify: true, rawType: { scalar: 'float32' }, type: { scalar: 'float32' } });
    readBack = Math.fround(1.1);
    expect(await writes.writePath('a', 1.1, origin)).toMatchObject({ outcome: 'done' });
    readBack = 1;
    expect(await writes.writePath('a', 1.1, origin)).toMatchObject({
      outcome: 'rejected',
      status: statusCodes.BadDeviceFailure,
    });
  });

  describe('with verify, a write of which nobody knows what became is settled by reading back, and never sent again', () => {
    beforeEach(() => {
      invoker.dispose();
      invoker = patient;
    });
    const silence = (): Promise<never> =>
      Promise.reject(new GatewayError({ code: 'T', kind: 'timeout', message: 'silence' }));
    const unclear = (): Promise<WriteResult[]> =>
      Promise.resolve([{ outcome: 'unknown', status: statusCodes.BadTimeout, message: 'silence' }]);

    it.each([
      ['thrown', silence],
      ['answered', unclear],
    ])('%s', async (_how, unknown) => {
      define({ verify: true });
      answer = unknown;
      readBack = 7;
      expect(await writes.writePath('a', 7, origin)).toEqual({
        outcome: 'done',
        status: statusCodes.Good,
        message: 'the device did not confirm (silence), and it shows the value when read back',
      });
      readBack = 1;
      expect(await writes.writePath('a', 7, origin)).toEqual({
        outcome: 'rejected',
        status: statusCodes.BadDeviceFailure,
        message: 'the device did not confirm (silence), but it shows 1 when read back',
      });
      expect(sent).toHaveLength(2);
    });

    it('and stays unknown, with its own status, when it cannot be read either', async () => {
      define({ verify: true });
      answer = unclear;
      readBack = undefined;
      expect(await writes.writePath('a', 7, origin)).toMatchObject({
        outcome: 'unknown',
        status: statusCodes.BadTimeout,
        message: expect.stringContaining('did not confirm (silence), but reading back failed: ') as string,
      });
    });

    it('what was not sent, or refused, is not read back', async () => {
      define({ verify: true });
      answer = () => Promise.reject(new GatewayError({ code: 'T', kind: 'unreachable', message: 'no way' }));
      readBack = 7;
      expect(await writes.writePath('a', 7, origin)).toMatchObject({ outcome: 'not-sent', message: 'no way' });
    });
  });
});
