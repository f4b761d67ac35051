import calculatedTags from '@fieldwarden/calculated-tags/service';
import { silentLogger, systemClock, ValueColumns } from '@fieldwarden/core';
import type { TagDefinition } from '@fieldwarden/gateway-contract';
import { DeskBoard } from '@fieldwarden/service';
import { InProcessServiceHome, ServiceTagSpace } from '@fieldwarden/services';
import { StateStore, serviceStorage } from '@fieldwarden/storage';
import { defaultSupervision, Supervisor } from '@fieldwarden/supervisor';
import { TagStore } from '@fieldwarden/tags';
import { temporaryDirectory } from '@fieldwarden/testkit';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const perBatch = 1_000;
const batchesPerSecond = 10;
const count = perBatch * batchesPerSecond;

function source(i: number): TagDefinition {
  const type = { scalar: 'float64' } as const;
  const path = `line/${i % 100}/in${i}`;
  return {
    path,
    type,
    rawType: type,
    access: 'read-only',
    driverId: 'plc',
    deviceId: 'd',
    address: path,
    scanMs: 1_000,
    writeIdempotent: false,
    verify: false,
  };
}

/** Percent of a core that 10,000 calculated tags take while each of their inputs changes each second, beside what the changes take alone. */
export async function calculatedLoad(seconds: number): Promise<number> {
  await using directory = await temporaryDirectory('fieldwarden-bench-');
  const store = new TagStore(systemClock, silentLogger);
  const space = new ServiceTagSpace(store, systemClock);
  const handles = store.define(Array.from({ length: count }, (_, i) => source(i)));
  const rows = Array.from(handles, (_, i) => ({
    path: `line/${i % 100}/out${i}`,
    dataType: 'float64',
    expression: i % 2 === 0 ? `{./in${i}} * 60 + 1` : `{./in${i}} > 5 ? {./in${i}} : 0`,
  }));
  const settings = calculatedTags.schema.parse({ tags: rows });
  space.adopt('calculated-tags', calculatedTags.tags!(settings as never));
  await using state = StateStore.open(join(directory.path, 'state.mdb'), { clock: systemClock, logger: silentLogger });
  const supervisor = new Supervisor({ hostMain: '', clock: systemClock, logger: silentLogger, random: Math.random });
  const home = new InProcessServiceHome(
    {
      id: 'calculated-tags',
      definition: calculatedTags,
      port: undefined,
      supervision: defaultSupervision,
      generation: () => null,
    },
    {
      tags: store,
      writer: { writeMany: () => Promise.resolve([]) },
      events: () => ({ append: () => undefined }),
      alarms: () => ({ raise: () => undefined, clear: () => undefined }),
      storage: (id) => serviceStorage(state, id),
      desks: new DeskBoard(),
      conditions: () => ({ define: () => undefined, judge: () => undefined, [Symbol.dispose]: () => undefined }),
      tagSpace: space,
      identity: { site: 'bench', version: '0.1.0', bind: '127.0.0.1' },
      directories: { services: directory.path, pki: directory.path },
      clock: systemClock,
      logger: silentLogger,
      random: Math.random,
      supervisor,
      hostMain: '',
    },
  );
  const alone = await changeFor(seconds, store, handles);
  await home.start(settings);
  await changeFor(1, store, handles); // warm
  const beside = await changeFor(seconds, store, handles);
  const [last, out] = [store.value(handles[0]) as number, store.value(store.handleOf('line/0/out0')!)];
  if (out !== last * 60 + 1) throw new Error(`a calculated tag is ${String(out)}, not ${last * 60 + 1}`);
  await home.stop();
  await supervisor.close();
  return beside - alone;
}

/** Percent of a core. */
async function changeFor(seconds: number, store: TagStore, handles: Uint32Array): Promise<number> {
  const before = process.cpuUsage();
  const startMs = performance.now();
  for (let batch = 0; batch < seconds * batchesPerSecond; batch += 1) {
    const columns = new ValueColumns(perBatch);
    for (let row = 0; row < perBatch; row += 1) columns.setNumber(row, batch + row / perBatch, Date.now());
    const from = (batch % batchesPerSecond) * perBatch;
    store.apply(handles.subarray(from, from + perBatch), columns);
    await wait(startMs + (batch + 1) * (1_000 / batchesPerSecond) - performance.now());
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 10 / (performance.now() - startMs);
}
