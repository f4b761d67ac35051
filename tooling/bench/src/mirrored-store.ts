import { silentLogger, systemClock, ValueColumns } from '@fieldwarden/core';
import type { TagDefinition } from '@fieldwarden/gateway-contract';
import { DeskBoard } from '@fieldwarden/service';
import { serviceHostMain } from '@fieldwarden/service-host';
import { HostServiceHome } from '@fieldwarden/services';
import { defaultSupervision, Supervisor } from '@fieldwarden/supervisor';
import { TagStore } from '@fieldwarden/tags';
import { temporaryDirectory } from '@fieldwarden/testkit';
import countingService from './counting-service.js';

/** A tag store in this process whose mirror is kept in a Host, with nothing else around. */
export interface MirroredStore extends AsyncDisposable {
  readonly store: TagStore;
  readonly handles: Uint32Array;
  readonly home: HostServiceHome;
}

export async function mirroredStore(tags: number): Promise<MirroredStore> {
  const directory = await temporaryDirectory();
  const store = new TagStore(systemClock, silentLogger);
  const handles = store.define(Array.from({ length: tags }, (_, index) => plantTag(index)));
  const supervisor = new Supervisor({
    hostMain: '',
    clock: systemClock,
    logger: silentLogger,
    random: Math.random,
    stateDir: directory.path,
  });
  const instance = {
    id: 'counting',
    definition: countingService,
    port: undefined,
    supervision: defaultSupervision,
    generation: () => null,
  };
  const home = new HostServiceHome(instance, {
    tags: store,
    writer: { writeMany: () => Promise.resolve([]) },
    events: () => ({ append: () => undefined }),
    alarms: () => ({ raise: () => undefined, clear: () => undefined }),
    conditions: () => ({ define: () => undefined, judge: () => undefined, [Symbol.dispose]: () => undefined }),
    storage: () => ({ table: () => Promise.reject(new Error('no storage here')) }),
    desks: new DeskBoard(),
    identity: { site: 'bench', version: '0.1.0', bind: '127.0.0.1' },
    directories: { services: directory.path, pki: directory.path },
    clock: systemClock,
    logger: silentLogger,
    random: Math.random,
    supervisor,
    hostMain: serviceHostMain,
  });
  return {
    store,
    handles,
    home,
    async [Symbol.asyncDispose]() {
      await home.stop();
      await supervisor.close();
      await directory[Symbol.asyncDispose]();
    },
  };
}

/** Applies batches as pollers do, `changesPerSecond` in all, each value another than before. Returns how many. */
export async function change(
  { store, handles }: MirroredStore,
  { changesPerSecond, batch, durationMs }: { changesPerSecond: number; batch: number; durationMs: number },
): Promise<number> {
  const startMs = performance.now();
  const columns = new ValueColumns(batch);
  let done = 0;
  let at = 0;
  for (let value = 1; performance.now() - startMs < durationMs;) {
    const due = ((performance.now() - startMs) / 1000) * changesPerSecond;
    for (; done < due; done += batch, value += 1) {
      if (at + batch > handles.length) at = 0;
      columns.values.fill(value);
      columns.sourceTimes.fill(Date.now());
      store.apply(handles.subarray(at, at + batch), columns);
      at += batch;
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return done;
}

function plantTag(index: number): TagDefinition {
  const type = { scalar: 'float64' } as const;
  return {
    path: `packaging/line${index % 40}/machine${index % 1000}/signal${index}`,
    type,
    rawType: type,
    access: index % 10 === 0 ? 'read-write' : 'read-only',
    driverId: `press-${index % 10}`,
    deviceId: `unit-${index % 50}`,
    address: `holding:${index}:float32`,
    scanMs: 1_000,
    ...(index % 2 === 0 && { unit: '°C', description: `Temperature of zone ${index % 100}` }),
    ...(index % 4 === 0 && { limits: { min: 0, max: 100 + (index % 7) } }),
    writeIdempotent: false,
    verify: false,
  };
}
