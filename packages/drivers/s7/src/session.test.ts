import { silentLogger, systemClock, ValueColumns } from '@fieldwarden/core';
import { S7SimServer, type S7SimKnobs } from '@fieldwarden/sim-plc';
import { FakeClock, testCall, waitFor, testBelongings } from '@fieldwarden/testkit';
import { describe, expect, test } from 'vitest';
import s7Driver from './driver.js';
import { bad, openRig, openSession, point, reals } from './testing/test-rig.js';

describe('reading (§9.2)', () => {
  test('asks for 1,000 REALs in a row in nine requests, and gets each one', async () => {
    await using rig = await openRig({ dbs: { 1: countingReals(1_000) } });
    expect(await rig.read(reals(1_000))).toEqual(Array.from({ length: 1_000 }, (_, i) => i));
    expect(rig.plc.counters.reads).toBe(9);
  });

  test('never asks for more than 20 items or more than the PDU holds, however large or small that is', async () => {
    for (const maxPdu of [112, 240, 480, 960]) {
      await using rig = await openRig({ dbs: { 1: Buffer.alloc(20_000) }, maxPdu });
      const cells = await rig.read(reals(300, 60));
      expect(cells).toEqual(cells.map(() => 0));
      expect([rig.plc.counters.oversized, rig.plc.counters.garbage]).toEqual([0, 0]);
    }
  });

  test('takes values apart that are longer than the PDU', async () => {
    const db = Buffer.alloc(3_000);
    db.set([254, 254, ...Buffer.alloc(254, 'x')], 0);
    for (let i = 0; i < 600; i++) db.writeInt16BE(i, 1_000 + i * 2);
    await using rig = await openRig({ dbs: { 1: db }, maxPdu: 240 });
    const cells = await rig.read([point('DB1,STRING0.254', 'string'), point('DB1,INT1000.600', 'int16[600]')]);
    expect(cells).toEqual(['x'.repeat(254), Array.from({ length: 600 }, (_, i) => i)]);
  });

  test('reads timers and counters by their number, alone and in a row', async () => {
    const timers = Buffer.alloc(512);
    timers.writeUInt16BE(0x2127, 5 * 2);
    const counters = Buffer.alloc(512);
    counters.writeUInt16BE(0x0123, 7 * 2);
    counters.writeUInt16BE(0x0456, 8 * 2);
    await using rig = await openRig({ timers, counters });
    const cells = await rig.read([point('T5', 'int32'), point('C8', 'uint16'), point('Z7[2]', 'uint16[2]')]);
    expect(cells).toEqual([127_000, 456, [123, 456]]);
  });

  test('makes only the points Bad that the CPU does not have, and asks for them in one item from then on', async () => {
    await using rig = await openRig({ dbs: { 1: countingReals(40) } });
    const points = [...reals(55), point('DB9.DBD0', 'float32'), point('nonsense', 'float32')];
    const expected = points.map((_, i) => (i < 40 ? i : bad(i === 56 ? 'BadConfigurationError' : 'BadNodeIdUnknown')));
    const plan = rig.session.prepareRead!('cpu', points);
    expect(await rig.read(points)).toEqual(expected);
    const into = new ValueColumns(points.length);
    await rig.session.read!(plan, into, testCall());
    const before = { ...rig.plc.counters };
    await rig.session.read!(plan, into, testCall());
    expect(rig.plc.counters.reads - before.reads).toBe(1);
    expect(rig.plc.counters.itemsRead - before.itemsRead).toBe(3);
  });

  test('forgets what was missing when the connection is a new one', async () => {
    await using rig = await openRig({ dbs: { 1: countingReals(10) } });
    const points = reals(20);
    const plan = rig.session.prepareRead!('cpu', points);
    const into = new ValueColumns(20);
    await rig.session.read!(plan, into, testCall());
    expect(into.statuses[19]).not.toBe(0);
    rig.plc.memory.dbs.set(1, countingReals(20));
    rig.plc.dropConnections();
    await waitFor(() => rig.session.read!(plan, into, testCall()).then(() => into.statuses.every((s) => s === 0)), {
      what: 'all rows Good',
    });
    const before = rig.plc.counters.itemsRead;
    await rig.session.read!(plan, into, testCall());
    expect(rig.plc.counters.itemsRead - before).toBe(1);
  });

  test('explains an optimised block in the log, once', async () => {
    await using rig = await openRig({ dbs: { 7: Buffer.alloc(10) }, knobs: { optimisedDbs: new Set([7]) } });
    const points = [point('DB7.DBW0', 'int16'), point('MB0', 'uint8')];
    expect(await rig.read(points)).toEqual([bad('BadNodeIdUnknown'), 0]);
    await rig.read(points);
    expect(rig.logger.messages('warn')).toEqual([
      expect.stringContaining('switch off optimised block access for DB7') as string,
    ]);
  });

  test('says what to do when PUT/GET is not permitted, without giving up the connection', async () => {
    await using rig = await openRig({ dbs: { 1: Buffer.alloc(10) }, knobs: { putGetDisabled: true } });
    const refusal = { code: 'S7_PUT_GET_DISABLED', kind: 'rejected', message: expect.stringContaining('enable PUT/GET') as string }; // prettier-ignore
    await expect(rig.read(reals(2))).rejects.toMatchObject(refusal);
    await expect(rig.write([[point('DB1.DBW0', 'int16'), 1]])).rejects.toMatchObject({ ...refusal, writeOutcome: 'rejected' }); // prettier-ignore
    rig.plc.knobs.putGetDisabled = false;
    expect(await rig.read(reals(2))).toEqual([0, 0]);
    expect(rig.plc.counters.connections).toBe(1);
  });
});

describe('writing (§9.2)', () => {
  test("puts 'abc' for an INT on no wire, and writes the items beside it", async () => {
    await using rig = await openRig({ dbs: { 1: Buffer.alloc(10) } });
    const [refused] = await rig.write([[point('DB1.DBW0', 'int16'), 'abc']]);
    expect(refused).toMatchObject({ outcome: 'not-sent', message: 'DB1.DBW0: "abc" is not a number' });
    expect(rig.plc.counters.connections).toBe(0);
    const results = await rig.write([
      [point('DB1.DBW0', 'int16'), 'abc'],
      [point('DB1.DBW2', 'int16'), 7],
      [point('DB1.DBW4', 'int16'), 40_000],
    ]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['not-sent', 'done', 'not-sent']);
    expect(rig.plc.writeLog).toHaveLength(1);
    expect(rig.plc.db(1).readInt16BE(2)).toBe(7);
  });

  test('keeps the order of the items, over several requests', async () => {
    await using rig = await openRig({ dbs: { 1: Buffer.alloc(400) }, maxPdu: 112 });
    const addresses = [300, 0, 8, 200, 4, 0, 300, 12, 100, 20, 24];
    await rig.write(addresses.map((at, i) => [point(`DB1.DBD${at}`, 'int32'), i]));
    expect(rig.plc.writeLog.map(({ start, data }) => [start, data.readInt32BE(0)])).toEqual(
      addresses.map((at, i) => [at, i]),
    );
    expect(rig.plc.counters.writes).toBeGreaterThan(2);
  });

  test('writes bits as bits: the CPU may change the others of the byte at any time', async () => {
    await using rig = await openRig({ dbs: { 1: Buffer.from([0b0101_0101, 0xff]) } });
    await rig.write([
      [point('DB1.DBX0.1', 'bool'), true],
      [point('DB1,X0.6.4', 'bool[4]'), [false, true, false, true]],
      [point('DB1,WORD0.2', 'bool'), false],
    ]);
    expect([...rig.plc.db(1)]).toEqual([0b1001_0111, 0b1111_1010]);
    expect(rig.plc.writeLog.map(({ bit }) => bit)).toEqual([1, 6, 7, 0, 1, 2]);
  });

  test('reports each item as the CPU answered it', async () => {
    await using rig = await openRig({ dbs: { 1: Buffer.alloc(4) } });
    const results = await rig.write([
      [point('DB1.DBW0', 'int16'), 1],
      [point('DB1.DBW4', 'int16'), 2],
      [point('DB2.DBW0', 'int16'), 3],
      [point('DB1.DBW2', 'int16'), 4],
    ]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['done', 'rejected', 'rejected', 'done']);
    expect(results[1].message).toContain('DB1.DBB4..5: the CPU has no such address');
    expect(results[2].message).toContain('the CPU has no DB2');
  });

  test('writes a value that is longer than the PDU, and says so if only a part of it was taken', async () => {
    await using rig = await openRig({ dbs: { 1: Buffer.alloc(400) }, maxPdu: 112 });
    const values = Array.from({ length: 100 }, (_, i) => i);
    const array = point('DB1,INT0.100', 'int16[100]');
    expect(await rig.write([[array, values]])).toMatchObject([{ outcome: 'done' }]);
    expect(await rig.read([array])).toEqual([values]);
    rig.plc.knobs.itemError = ({ start }) => (start > 0 ? 0x03 : undefined);
    const [{ outcome, message }] = await rig.write([[array, values]]);
    expect([outcome, message]).toEqual(['rejected', expect.stringContaining('a part of the value was written')]);
  });

  test('knows what was done, what is unknown and what was not sent when the CPU falls silent half way', async () => {
    await using rig = await openRig({ dbs: { 1: Buffer.alloc(400) }, maxPdu: 112 }, { timeoutMs: 300 });
    let answers = 0;
    rig.plc.knobs.mangle = (reply, { type }) => (type === 'write' && ++answers > 1 ? undefined : reply);
    const results = await rig.write(reals(15).map((real) => [real, 1]));
    expect(results.map(({ outcome }) => outcome)).toEqual([
      ...Array<string>(5).fill('done'),
      ...Array<string>(5).fill('unknown'),
      ...Array<string>(5).fill('not-sent'),
    ]);
  });

  describe('of texts', () => {
    const guarded = (...header: number[]): Buffer =>
      Buffer.concat([Buffer.from(header), Buffer.from('12345678NEIGHBOUR!')]);
    const short = point('DB1,STRING0.20', 'string');
    const wide = point('DB2,WSTRING0.20', 'string');

    test('is refused beyond the maximum length that the variable itself says, whatever the plan says, and nothing is sent', async () => {
      const dbs = { 1: guarded(8, 3), 2: Buffer.concat([guarded(0, 4, 0, 3), Buffer.alloc(40)]) };
      await using rig = await openRig({ dbs });
      const results = await rig.write([
        [short, '123456789'],
        [wide, '12345'],
      ]);
      expect(results).toMatchObject([
        {
          outcome: 'not-sent',
          message: expect.stringContaining(
            '9 characters do not fit: the STRING at DB1.DBB0 says that it holds 8',
          ) as string,
        },
        {
          outcome: 'not-sent',
          message: expect.stringContaining(
            '5 characters do not fit: the WSTRING at DB2.DBB0..1 says that it holds 4',
          ) as string,
        },
      ]);
      expect(rig.plc.writeLog).toEqual([]);
      expect(
        await rig.write([
          [short, '87654321'],
          [wide, '4321'],
        ]),
      ).toMatchObject([{ outcome: 'done' }, { outcome: 'done' }]);
      expect(rig.plc.db(1).toString('latin1')).toBe('\x08\x0887654321NEIGHBOUR!');
    });

    test('asks once for the length, and again after the connection was lost', async () => {
      await using rig = await openRig({ dbs: { 1: guarded(8, 3) } });
      for (const text of ['a', 'b', 'too long for it']) await rig.write([[short, text]]);
      expect(rig.plc.counters.itemsRead).toBe(1);
      rig.plc.db(1)[0] = 20;
      rig.plc.dropConnections();
      await waitFor(async () => (await rig.write([[short, 'no longer so']]))[0].outcome === 'done', {
        what: 'the connection',
      });
      expect(rig.plc.counters.itemsRead).toBe(2);
    });

    test('is refused where the variable is not initialised or is no string; an empty text fits everywhere', async () => {
      await using rig = await openRig({ dbs: { 1: guarded(0, 0), 2: guarded(0xff, 0xff, 0, 0) } });
      expect(
        await rig.write([
          [short, 'a'],
          [wide, 'a'],
          [point('DB2,STRING0.20', 'string'), 'a'],
          [point('DB9,STRING0.20', 'string'), 'a'],
        ]),
      ).toMatchObject([
        { outcome: 'not-sent', message: expect.stringContaining('it is not initialised') as string },
        { outcome: 'not-sent', message: expect.stringContaining('there is no WSTRING at this address') as string },
        { outcome: 'not-sent', message: expect.stringContaining('there is no STRING at this address') as string },
        {
          outcome: 'not-sent',
          message: expect.stringContaining('could not be read: DB9.DBB0: the CPU has no DB9') as string,
        },
      ]);
      expect(await rig.write([[short, '']])).toMatchObject([{ outcome: 'done' }]);
    });

    test('goes to no element of an array that does not fit, and to the items beside it', async () => {
      const db = Buffer.alloc(60);
      for (const at of [0, 22]) db[at] = 20;
      db[44] = 3;
      await using rig = await openRig({ dbs: { 1: db } });
      const results = await rig.write([
        [point('DB1,STRING0.20.3', 'string[3]'), ['a', 'b', 'longer']],
        [point('DB1.DBW58', 'int16'), 7],
      ]);
      expect(results.map(({ outcome }) => outcome)).toEqual(['not-sent', 'done']);
      expect(results[0].message).toContain('6 characters do not fit: the STRING at DB1.DBB44 says that it holds 3');
      expect([...rig.plc.db(1).subarray(0, 4)]).toEqual([20, 0, 0, 0]);
    });

    test('is not sent when the CPU falls silent while it is asked for the length', async () => {
      await using rig = await openRig({ dbs: { 1: guarded(8, 3) } }, { timeoutMs: 300 });
      rig.plc.knobs.mangle = (reply, { type }) => (type === 'read' ? undefined : reply);
      await expect(rig.write([[short, 'a']])).rejects.toMatchObject({ kind: 'timeout', writeOutcome: 'not-sent' });
    });
  });

  test('goes ahead of the reads that wait', async () => {
    await using rig = await openRig({ dbs: { 1: Buffer.alloc(60_000) }, maxPdu: 240, maxParallel: 1, knobs: { delayMs: 5 } });
    const reading = rig.read(reals(1_000, 60));
    await waitFor(() => rig.plc.counters.reads > 0, { what: 'the first request of the read' });
    await rig.write([[point('DB1.DBW0', 'int16'), 1]]);
    expect(rig.plc.counters.reads).toBeLessThanOrEqual(3);
    await reading;
    expect(rig.plc.counters.reads).toBeGreaterThan(50);
  }); // prettier-ignore
});

describe('the connection (§9.6)', () => {
  test('is made for rack and slot, or for the TSAPs', async () => {
    await using plc = await S7SimServer.listen();
    const tsaps = async (options: object): Promise<unknown> => {
      const { session, read } = openSession(plc.port, options);
      await read([point('MB0', 'uint8')]);
      await session.close();
      return plc.lastTsaps;
    };
    expect(await tsaps({ rack: 0, slot: 2 })).toEqual({ localTsap: 0x0100, remoteTsap: 0x0102 });
    expect(await tsaps({ rack: 1, slot: 3 })).toEqual({ localTsap: 0x0100, remoteTsap: 0x0123 });
    expect(await tsaps({ localTSAP: '10.00', remoteTSAP: '03.01' })).toEqual({ localTsap: 0x1000, remoteTsap: 0x0301 });
    expect(await tsaps({ remoteTSAP: 0x0301 })).toEqual({ localTsap: 0x0100, remoteTsap: 0x0301 });
  });

  test('that the CPU refuses is explained, and tried again until it is accepted', async () => {
    await using rig = await openRig({ knobs: { acceptedTsaps: new Set([0x0102]) } });
    const points = [point('MB0', 'uint8')];
    await expect(rig.read(points)).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('check rack and slot or TSAP') as string,
    });
    rig.plc.knobs.acceptedTsaps = undefined;
    expect(await rig.readGood(points)).toEqual([0]);
  });

  test('is one at a time, whatever happens to it', async () => {
    await using rig = await openRig({ dbs: { 1: countingReals(10) } }, { timeoutMs: 30 });
    const calls = (): Promise<unknown> =>
      Promise.allSettled([rig.read(reals(10)), rig.read(reals(5)), rig.session.probe!('cpu', testCall())]);
    for (let round = 0; round < 5; round++) {
      await calls();
      rig.plc.dropConnections();
      await calls();
      rig.plc.knobs.silent = true;
      await calls();
      rig.plc.knobs.silent = false;
      await rig.readGood(reals(10));
    }
    expect(rig.plc.counters.connections).toBeGreaterThan(5);
    expect(rig.plc.counters.maxOpenConnections).toBe(1);
  });

  test('is not tried again before the backoff is over, and calls fail at once meanwhile', async () => {
    const clock = new FakeClock();
    await using rig = await openRig({ knobs: { refuseConnections: true } }, { reconnect: { initialMs: 5_000, jitter: 0 } }, clock); // prettier-ignore
    for (let i = 0; i < 20; i++) await expect(rig.read(reals(1))).rejects.toMatchObject({ kind: 'unreachable' });
    await clock.advance(4_999);
    await expect(rig.read(reals(1))).rejects.toMatchObject({ kind: 'unreachable' });
    expect(rig.plc.counters.refused).toBe(1);
    await clock.advance(1);
    await waitFor(() => rig.plc.counters.refused === 2, { what: 'the second attempt' });
  });

  test('is closed after a time-out, so that a late answer becomes nobody’s value', async () => {
    const db = Buffer.alloc(4);
    await using rig = await openRig({ dbs: { 1: db } }, { timeoutMs: 250 });
    expect(await rig.read(reals(1))).toEqual([0]);
    db.writeFloatBE(1);
    rig.plc.knobs.delayMs = 500;
    await expect(rig.read(reals(1))).rejects.toMatchObject({ code: 'S7_TIMEOUT', kind: 'timeout' });
    db.writeFloatBE(2);
    rig.plc.knobs.delayMs = 0;
    expect(await rig.readGood(reals(1))).toEqual([2]);
    expect(rig.plc.counters.connections).toBe(2);
  });

  test('survives a call that is given up early: its answer is dropped, the next call gets its own', async () => {
    const db = Buffer.alloc(8);
    db.writeFloatBE(1, 0);
    db.writeFloatBE(2, 4);
    await using rig = await openRig({ dbs: { 1: db }, knobs: { delayMs: 80 } });
    await rig.read(reals(1));
    await expect(rig.read(reals(1), testCall({ timeoutMs: 20 }))).rejects.toMatchObject({ kind: 'timeout' });
    expect(await rig.read([point('DB1.DBD4', 'float32')])).toEqual([2]);
    expect(rig.plc.counters.connections).toBe(1);
  });

  test('is proven by any answer to a probe, even by a refusal', async () => {
    await using rig = await openRig({ knobs: { itemError: () => 0x03 } });
    await rig.session.probe!('cpu', testCall());
    rig.plc.knobs.putGetDisabled = true;
    await rig.session.probe!('cpu', testCall());
    rig.plc.knobs.silent = true;
    await expect(rig.session.probe!('cpu', testCall({ timeoutMs: 50 }))).rejects.toMatchObject({ kind: 'timeout' });
  });

  test('leaves nothing behind when it is closed half way through', async () => {
    const silentOn = (silentType: string): Partial<S7SimKnobs> => ({
      mangle: (reply, { type }) => (type === silentType ? undefined : reply),
    });
    for (const stage of ['connect', 'setup', 'read']) {
      await using plc = await S7SimServer.listen({ knobs: silentOn(stage) });
      const { session, read } = openSession(plc.port, { timeoutMs: 5_000, connectTimeoutMs: 5_000 });
      const outcome = expect(read([point('MB0', 'uint8')])).rejects.toMatchObject({ kind: 'cancelled' });
      const seen = { connect: 'connections', setup: 'setups', read: 'reads' } as const;
      await waitFor(() => plc.counters[seen[stage as keyof typeof seen]] > 0, { what: stage });
      await session.close();
      await outcome;
      await waitFor(() => plc.openConnections === 0, { what: 'the connection to be closed' });
    }
  });
});

test('segments cut anywhere change nothing', async () => {
  await using rig = await openRig({ dbs: { 1: countingReals(20) } });
  const expected = Array.from({ length: 20 }, (_, i) => i);
  expect(await rig.read(reals(20))).toEqual(expected);
  for (let splitAt = 1; splitAt < 105; splitAt++) {
    rig.plc.knobs.splitAt = splitAt;
    expect(await rig.read(reals(20))).toEqual(expected);
  }
  rig.plc.knobs.splitAt = 0;
  rig.plc.knobs.splitEvery = 1;
  rig.plc.dropConnections();
  expect(await rig.readGood(reals(20))).toEqual(expected);
  expect(rig.plc.counters.connections).toBe(2);
});

test.each([0, 2])('an S7 driver with %i devices is refused when it is opened', async (count) => {
  const session = s7Driver.create({
    ...testBelongings(),
    driverId: 'test',
    options: s7Driver.options.parse({ host: '127.0.0.1' }),
    devices: Array.from({ length: count }, (_, i) => ({ id: `cpu-${i}`, options: {} })),
    clock: systemClock,
    logger: silentLogger,
    random: Math.random,
  });
  await expect(session.open!(new AbortController().signal)).rejects.toMatchObject({ kind: 'config', code: 'S7_ONE_DEVICE' });
  await session.close();
}); // prettier-ignore

test('a CPU that gets another name keeps its connection; calls under the old one are cancelled, later ones are refused', async () => {
  await using rig = await openRig({ dbs: { 1: Buffer.alloc(100) } });
  const points = [point('DB1.DBD0', 'float32')];
  const old = rig.session.prepareRead!('cpu', points);
  await rig.session.read!(old, new ValueColumns(1), testCall());
  rig.plc.knobs.delayMs = 100;
  const underWay = [0, 1].map(() => rig.session.read!(old, new ValueColumns(1), testCall()));
  const write = rig.session.write!('cpu', [{ point: points[0], value: 1 }], testCall());
  await rig.session.setDevices!([{ id: 'press', options: {} }]);
  await expect(write).rejects.toMatchObject({ kind: 'cancelled', writeOutcome: 'not-sent' });
  for (const read of underWay) await expect(read).rejects.toMatchObject({ kind: 'cancelled' });
  await expect(rig.session.read!(old, new ValueColumns(1), testCall())).rejects.toMatchObject({ kind: 'config' });
  await expect(rig.session.probe!('cpu', testCall())).rejects.toMatchObject({ code: 'S7_NO_SUCH_DEVICE' });
  const into = new ValueColumns(1);
  await rig.session.read!(rig.session.prepareRead!('press', points), into, testCall());
  expect(into.values[0]).toBe(0);
  expect(rig.plc.counters.connections).toBe(1);
});

test('calls that wait for the connection are cancelled with the old name, and the attempt goes on', async () => {
  await using rig = await openRig({ dbs: { 1: Buffer.alloc(100) }, knobs: { delayMs: 100 } });
  const waiting = rig.session.probe!('cpu', testCall());
  await rig.session.setDevices!([{ id: 'press', options: {} }]);
  await expect(waiting).rejects.toMatchObject({ kind: 'cancelled' });
  await rig.session.probe!('press', testCall());
  expect(rig.plc.counters.connections).toBe(1);
});

test('what a released plan missed is said again when it is missed again', async () => {
  await using rig = await openRig({ dbs: { 1: Buffer.alloc(8) } });
  const points = [point('DB1.DBD0', 'float32'), point('DB9.DBD0', 'float32')];
  const said = (): number => rig.logger.records.filter(({ message }) => message.includes('DB9')).length;
  const plan = rig.session.prepareRead!('cpu', points);
  await rig.session.read!(plan, new ValueColumns(2), testCall());
  await rig.read(points);
  expect(said()).toBe(1);
  rig.session.releaseRead!(plan);
  await rig.read(points);
  expect(said()).toBe(2);
});

test('a plan is described in requests of the PDU, with what nobody asked for as gap', async () => {
  await using rig = await openRig({ dbs: { 1: Buffer.alloc(100) }, maxPdu: 240 });
  const points = [point('DB1.DBD0', 'float32'), point('DB1.DBW10', 'int16'), point('MB4', 'uint8')];
  await rig.read(points);
  const { requests } = await rig.session.describePlan!(rig.session.prepareRead!('cpu', points));
  expect(requests).toEqual([{ what: 'read DB1.DBB0..11, MB4', points: 3, size: 13, gap: 6 }]);
});

function countingReals(count: number): Buffer {
  const db = Buffer.alloc(count * 4);
  for (let i = 0; i < count; i++) db.writeFloatBE(i, i * 4);
  return db;
}
