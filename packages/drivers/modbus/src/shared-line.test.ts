import { isGatewayError, isGood, silentLogger, systemClock } from '@fieldwarden/core';
import type { DriverSession, Point, ReadPlan } from '@fieldwarden/driver';
import { ModbusSimServer } from '@fieldwarden/sim-plc';
import { testCall, waitFor, testBelongings } from '@fieldwarden/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import modbusRtuDriver from './rtu-driver.js';
import { openSession, readPlan, registers } from './testing/open-session.js';
import { SerialSlaves } from './testing/serial-slaves.js';

const cleanUp: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

const silentUnit = 2;
const siblings = [1, 3, 4];

function fill(memory: { set(address: number, ...values: readonly number[]): void }): void {
  memory.set(0, ...Array.from({ length: 1000 }, (_, i) => i));
}

/** A serial line with these units, and a session on it. */
async function openLine(unitIds: readonly number[], options: object = {}) {
  const line = await SerialSlaves.start(Object.fromEntries(unitIds.map((id) => [id, {}])));
  cleanUp.push(() => line[Symbol.asyncDispose]());
  for (const id of unitIds) fill(line.slaves.unit(id).memory.holdingRegisters);
  const session = modbusRtuDriver.create({
    ...testBelongings(),
    driverId: 'line',
    options: modbusRtuDriver.options.parse({
      port: line.path,
      baudRate: 115_200,
      timeoutMs: 400,
      reconnect: { initialMs: 10, maxMs: 20 },
      ...options,
    }),
    devices: unitIds.map((unitId) => ({
      id: String(unitId),
      options: modbusRtuDriver.deviceOptions.parse({ unitId }),
    })),
    clock: systemClock,
    logger: silentLogger,
    random: () => 0.5,
  });
  cleanUp.push(() => session.close());
  return { line, slaves: line.slaves, session };
}

function discreteInputs(count: number, first: number): Point[] {
  return registers(count, first, 'DI').map((point) => ({ ...point, type: { scalar: 'bool' } }));
}

/** On a busy machine a unit may miss a time-out or two more; nothing but that may go wrong. */
async function readInTheEnd(session: DriverSession, plan: ReadPlan): Promise<number[]> {
  for (let attempt = 0; attempt < 50; attempt++) {
    try {
      return [...(await readPlan(session, plan)).values];
    } catch (error) {
      if (!isGatewayError(error) || error.kind !== 'timeout') throw error;
    }
  }
  throw new Error('the unit did not answer in 50 attempts');
}

async function probeFails(session: DriverSession, deviceId: string): Promise<void> {
  const error: unknown = await session.probe!(deviceId, testCall({ timeoutMs: 5000 })).catch(
    (thrown: unknown) => thrown,
  );
  expect(isGatewayError(error) && error.kind).toBe('timeout');
}

describe.each(['tcp', 'rtu-over-tcp'] as const)(
  'several units behind one %s connection, one of them silent (§5.1)',
  (transport) => {
    it('answer all the while, and lose one time-out and one connection for each probe', async () => {
      const framing = transport === 'tcp' ? 'tcp' : 'rtu';
      const plc = await ModbusSimServer.listen({ units: { 1: {}, 2: { silent: true }, 3: {}, 4: {} }, framing });
      cleanUp.push(() => plc.close());
      const session = openSession({
        port: plc.port,
        options: { transport },
        devices: [1, 2, 3, 4].map((unitId) => ({ unitId })),
      });
      cleanUp.push(() => session.close());
      const plans = siblings.map((unit) => session.prepareRead!(String(unit), registers(300)));
      const probes = 5;
      for (let probe = 1; probe <= probes; probe++) {
        const silent = probeFails(session, String(silentUnit));
        const scans = await Promise.all(plans.map((plan) => readPlan(session, plan, 5000)));
        for (const { statuses } of scans) expect(statuses.every(isGood)).toBe(true);
        await silent;
        expect(plc.counters.requestsByUnit.get(silentUnit)).toBe(probe);
      }
      for (const unit of siblings) expect(plc.counters.requestsByUnit.get(unit)).toBe(3 * probes);
      expect(plc.counters.connectionsAccepted).toBeLessThanOrEqual(probes + 1);
    });
  },
);

describe('an answer that comes after its time-out where frames do not name their request (§9.1)', () => {
  it('is not taken for that of the next request of the same shape, over a serial line', async () => {
    const { slaves, session } = await openLine([1], { timeoutMs: 150 });
    const [here, there] = [0, 500].map((first) => session.prepareRead!('1', registers(4, first)));
    for (let round = 0; round < 5; round++) {
      slaves.unit(1).once({ delayMs: 200 });
      await expect(readPlan(session, here)).rejects.toMatchObject({ kind: 'timeout' });
      expect(await readInTheEnd(session, there)).toEqual([500, 501, 502, 503]);
    }
    expect(await readInTheEnd(session, here)).toEqual([0, 1, 2, 3]);
  });

  it('is not taken for that of the next read of as many discrete inputs', async () => {
    const { slaves, session } = await openLine([1], { timeoutMs: 150 });
    slaves.unit(1).memory.discreteInputs.set(0, true, false, true, false);
    slaves.unit(1).memory.discreteInputs.set(500, false, true, true, true);
    const [here, there] = [0, 500].map((first) => session.prepareRead!('1', discreteInputs(4, first)));
    for (let round = 0; round < 5; round++) {
      slaves.unit(1).once({ delayMs: 200 });
      await expect(readPlan(session, here)).rejects.toMatchObject({ kind: 'timeout' });
      expect(await readInTheEnd(session, there)).toEqual([0, 1, 1, 1]);
    }
    expect(await readInTheEnd(session, here)).toEqual([1, 0, 1, 0]);
  });

  it('confirms no later write of the same register', async () => {
    const { slaves, session } = await openLine([1], { timeoutMs: 150 });
    const [point] = registers(1, 7);
    slaves.unit(1).once({ delayMs: 200 });
    await expect(session.write!('1', [{ point, value: 1 }], testCall())).rejects.toMatchObject({
      writeOutcome: 'unknown',
    });
    const writeSingleRegister = 6;
    slaves.unit(1).knobs = { mangle: (reply) => (reply[1] === writeSingleRegister ? Buffer.alloc(0) : reply) };
    let outcome = 'not-sent';
    while (outcome === 'not-sent') {
      const results = session.write!('1', [{ point, value: 1 }], testCall());
      outcome = await results.then(
        ([result]) => result.outcome,
        (error: unknown) => (isGatewayError(error) ? error.writeOutcome : 'no answer'),
      );
    }
    expect(outcome).toBe('unknown');
    expect(slaves.counters.writeRequestsTo(1, 'holdingRegisters', 7)).toBe(2);
  });

  it('lets a write that waits for its unit to be back in step be not-sent', async () => {
    const { slaves, session } = await openLine([1], { timeoutMs: 150 });
    slaves.unit(1).knobs = { silent: true };
    const [point] = registers(1, 7);
    await expect(session.write!('1', [{ point, value: 1 }], testCall())).rejects.toMatchObject({
      writeOutcome: 'unknown',
    });
    await expect(session.write!('1', [{ point, value: 2 }], testCall())).rejects.toMatchObject({
      writeOutcome: 'not-sent',
    });
    expect(slaves.counters.writeRequestsTo(1, 'holdingRegisters', 7)).toBe(1);
  });
});

describe('a serial line (§9.1, §9.6)', () => {
  it('asks one unit at a time', async () => {
    const { slaves, session } = await openLine([1, 2, 3]);
    let outstanding = 0;
    let most = 0;
    for (const id of [1, 2, 3]) slaves.unit(id).knobs = { delayMs: 2, mangle: (reply) => (outstanding--, reply) };
    const { counters } = slaves;
    const saw = counters.saw.bind(counters);
    counters.saw = (request) => {
      saw(request);
      most = Math.max(most, ++outstanding);
    };
    const scans = [1, 2, 3].map((id) => readPlan(session, session.prepareRead!(String(id), registers(300)), 5000));
    for (const { values } of await Promise.all(scans)) expect(values[299]).toBe(299);
    expect([most, counters.requests]).toEqual([1, 9]);
  });

  it('keeps its port when one unit is silent, and lets the others answer', async () => {
    const { slaves, session } = await openLine([1, 2], { timeoutMs: 200 });
    slaves.unit(2).knobs = { silent: true };
    const alive = session.prepareRead!('1', registers(300));
    for (let probe = 0; probe < 3; probe++) {
      const silent = probeFails(session, '2');
      expect((await readPlan(session, alive, 5000)).values[299]).toBe(299);
      await silent;
    }
  });

  it('opens its port anew after eight time-outs in a row, and answers through it at once', async () => {
    const { slaves, session } = await openLine([1], { timeoutMs: 50 });
    slaves.unit(1).knobs = { silent: true };
    for (let probe = 0; probe < 8; probe++) await probeFails(session, '1');
    slaves.unit(1).knobs = {};
    expect((await readInTheEnd(session, session.prepareRead!('1', registers(300))))[299]).toBe(299);
  });

  it('passes over noise, foreign frames and wrong checksums', async () => {
    const { slaves, session } = await openLine([1]);
    const plan = session.prepareRead!('1', registers(4));
    for (const knobs of [
      { preamble: Uint8Array.of(0, 0xff, 0x55) },
      { trailer: Uint8Array.of(0xaa) },
      { repeatReply: true },
      { splitReplies: true },
    ]) {
      slaves.unit(1).once(knobs);
      expect([...(await readPlan(session, plan)).values]).toEqual([0, 1, 2, 3]);
    }
    for (const knobs of [{ crcOffset: 1 }, { replyUnitId: 9 }, { truncateBytes: 1 }]) {
      slaves.unit(1).once(knobs);
      await expect(readPlan(session, plan)).rejects.toMatchObject({ kind: 'timeout' });
      expect([...(await readPlan(session, plan)).values]).toEqual([0, 1, 2, 3]);
    }
  });

  it('reads on when the adapter was unplugged and is back, however often', async () => {
    const { line, session } = await openLine([1]);
    const plan = session.prepareRead!('1', registers(4));
    for (let round = 0; round < 3; round++) {
      await waitFor(() => readPlan(session, plan).then(() => true), { what: 'a read' });
      await line.unplug();
      await expect(readPlan(session, plan)).rejects.toMatchObject({
        kind: expect.stringMatching(/unreachable|timeout/) as string,
      });
      await line.plug();
    }
    await waitFor(() => readPlan(session, plan).then(() => true), { what: 'a read' });
  });

  it('says what is wrong with a port that is not there', async () => {
    const session = modbusRtuDriver.create({
      ...testBelongings(),
      driverId: 'line',
      options: modbusRtuDriver.options.parse({ port: '/dev/no-such-port' }),
      devices: [{ id: '1', options: modbusRtuDriver.deviceOptions.parse({}) }],
      clock: systemClock,
      logger: silentLogger,
      random: () => 0.5,
    });
    cleanUp.push(() => session.close());
    await expect(session.probe!('1', testCall())).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringMatching(/\/dev\/no-such-port.*No such file/) as string,
    });
  });
});
