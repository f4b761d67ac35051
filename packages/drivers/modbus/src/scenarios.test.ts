import { readdirSync, readFileSync } from 'node:fs';
import { silentLogger, systemClock } from '@fieldwarden/core';
import { testBelongings } from '@fieldwarden/testkit';
import { ModbusSimServer } from '@fieldwarden/sim-plc';
import { afterEach, describe, expect, it } from 'vitest';
import modbusDriver from './driver.js';
import { knobsOf, loadMemory, runStep, type ScenarioInput } from './scenarios/run-step.js';

const folder = new URL('./scenarios/', import.meta.url);

/** What went wrong once, as folders of inputs and expected outcome. */
const names = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, folder), 'utf8'));
}

let cleanUp: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const clean of cleanUp) await clean();
  cleanUp = [];
});

describe('what went wrong', () => {
  it.each(names)('%s', async (name) => {
    const input = readJson(`${name}/input.json`) as ScenarioInput;
    const server = await ModbusSimServer.listen({
      units: Object.fromEntries(Object.keys(input.units).map((id) => [id, {}])),
    });
    cleanUp.push(() => server.close());
    for (const [id, unit] of Object.entries(input.units)) {
      server.unit(Number(id)).knobs = knobsOf(unit.knobs ?? {});
      loadMemory(server.unit(Number(id)).memory, unit.memory ?? {});
    }
    const session = modbusDriver.create({
      ...testBelongings(),
      driverId: 'scenario',
      options: modbusDriver.options.parse({
        host: '127.0.0.1',
        port: server.port,
        timeoutMs: 100,
        reconnect: { initialMs: 10, maxMs: 20 },
        ...input.options,
      }),
      devices: Object.entries(input.units).map(([id, { deviceOptions }]) => ({
        id,
        options: modbusDriver.deviceOptions.parse({ unitId: Number(id), ...deviceOptions }),
      })),
      clock: systemClock,
      logger: silentLogger,
      random: () => 0.5,
    });
    cleanUp.unshift(() => session.close());

    const steps: unknown[] = [];
    for (const step of input.steps) steps.push(await runStep(step, session, server));
    const found = {
      steps,
      connections: server.counters.connectionsAccepted,
      functions: Object.fromEntries(server.counters.requestsByFunction),
      writes: server.counters.writes.map(({ unitId, pdu }) => `${unitId}: ${pdu.toString('hex')}`),
    };
    expect(found).toEqual(readJson(`${name}/expected.json`));
  });
});
