import type {
  AlarmList,
  AlarmRow,
  HostRow,
  PublishAnswer,
  TagDetail,
  TagFolders,
  TagPage,
} from '@fieldwarden/admin-contract';
import { waitFor } from '@fieldwarden/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LinePlcs, linePlant } from './line-plant.js';
import { GatewayProcess } from './processes/gateway-process.js';

/** It cannot be started, not even after three attempts: its breaker opens. */
const broken = {
  id: 'broken',
  type: 'chaos',
  options: { failStart: { exit: 1 } },
  supervision: {
    startBudgetMs: 5_000,
    backoff: { initialMs: 10, maxMs: 50 },
    crashLoop: { crashes: 3, windowMs: 60_000 },
  },
  devices: [{ id: 'monkey', tags: [{ path: 'broken/counter', address: 'counter', dataType: 'uint32' }] }],
};

describe('what stands and is not as it should be (§18)', () => {
  const open = new AsyncDisposableStack();
  let plcs: LinePlcs;
  let gateway: GatewayProcess;
  let plant: { readonly drivers: readonly { readonly id: string; devices: { tags: object[] }[] }[] };

  beforeAll(async () => {
    plcs = open.use(await LinePlcs.start());
    plant = linePlant(plcs) as typeof plant;
    const press = plant.drivers.find(({ id }) => id === 'press')!;
    press.devices[0].tags.push({ path: 'line/press/lost', address: 'DB9.DBD0', dataType: 'float32', scanMs: 200 });
    gateway = open.use(await GatewayProcess.start({ ...plant, drivers: [...plant.drivers, broken] }));
    await gateway.driverTurns('press', 'Healthy');
  });

  afterAll(async () => await open.disposeAsync());

  const alarms = async (): Promise<readonly AlarmRow[]> => (await gateway.get<AlarmList>('/alarms')).alarms;
  const activeOf = async (driverId: string): Promise<readonly string[]> =>
    (await alarms()).filter((row) => row.driverId === driverId && row.active).map(({ conditionId }) => conditionId);
  const rowOf = async (device: string): Promise<HostRow> =>
    (await gateway.hosts()).find((row) => row.device === device)!;

  it('are tags that never worked: told with the driver, the device and the folder, with the reason and a hint', async () => {
    await waitFor(async () => (await rowOf('plc')).tagsNeverGood === 1, {
      what: 'the wrong address',
      timeoutMs: 30_000,
    });
    expect(await gateway.driver('press')).toMatchObject({ state: 'Healthy', tags: 3, tagsBad: 1, tagsNeverGood: 1 });
    const { tags, total } = await gateway.get<TagPage>('/tags?bad=true&driver=press');
    expect([tags.map(({ path }) => path), total]).toEqual([['line/press/lost'], 1]);
    const { folders } = await gateway.get<TagFolders>('/tags/folders');
    expect(folders).toContainEqual({ folder: 'line/press/', bad: 1 });
    expect(await gateway.get<TagDetail>('/tags/value?path=line/press/lost')).toMatchObject({
      address: 'DB9.DBD0',
      scanMs: 200,
      limits: null,
      nodeId: 'nsu=urn:fieldwarden:line;s=line/press/lost',
      reason: 'The device has nothing at this address.',
      hint: expect.stringMatching(/DB9.*optimised block access/),
    });
    const described = await gateway.cli('describe', 'press');
    expect(described.stdout).toMatch(/Healthy, 1 Bad[^]*line\/press\/lost +DB9\.DBD0 +! BadNodeIdUnknown/);
    expect((await gateway.cli('tags', 'list', 'line/press', '--bad')).stdout).toMatch(
      /^PATH.*\nline\/press\/lost .*\n$/,
    );
    await waitFor(async () => (await rowOf('plc')).tagsBadSince !== null, {
      what: 'that it stands',
      timeoutMs: 60_000,
    });
  });

  it('is a driver that cannot run: one alarm, and the gateway claims no device for its acknowledgement', async () => {
    await waitFor(async () => (await activeOf('broken')).length > 0, { what: 'the alarm', timeoutMs: 60_000 });
    expect(await activeOf('broken')).toEqual(['driver-faulted']);
    const said = await gateway.cli('alarms', 'ack', 'driver-faulted', '--driver', 'broken');
    expect(said.stdout).toBe('driver-faulted  done: the gateway has it; no device was asked\n');
  });

  it('is a lost device that no breaker takes off scan: one alarm, and no interval that it would achieve', async () => {
    await waitFor(async () => (await rowOf('plc')).achievedScanMs !== null, { what: 'two scans', timeoutMs: 30_000 });
    await plcs.s7.close();
    await waitFor(async () => (await activeOf('press')).length > 0, { what: 'the alarm', timeoutMs: 60_000 });
    expect(await activeOf('press')).toEqual(['off-scan/plc']);
    expect(await rowOf('plc')).toMatchObject({
      deviceState: 'unreachable',
      lostSince: expect.any(String),
      achievedScanMs: null,
      requestedScanMs: 200,
      tagsBad: 0,
    });
    await gateway.tagTurns('_system/devices/press/plc/achievedIntervalMs', 'BadNoDataAvailable');
    const { text: metrics } = await gateway.health('/metrics');
    expect(metrics).not.toMatch(/scan_interval_seconds\{driver="press",device="plc"\} \d/);
    expect((await gateway.get<TagDetail>('/tags/value?path=line/press/force')).reason).toMatch(
      /^Its device does not answer/,
    );
  });

  it('is gone with what it is about, seen or not (§18.2)', async () => {
    const drivers = plant.drivers.filter(({ id }) => id === 'packaging');
    const answer = await gateway.ask<PublishAnswer>('POST', '/config/publish', {
      message: 'less',
      document: { ...plant, drivers },
    });
    expect(answer.status).toBe(200);
    const left = async () => (await alarms()).filter(({ driverId }) => driverId === 'press' || driverId === 'broken');
    await waitFor(async () => (await left()).length === 0, {
      what: 'the alarms of removed drivers',
      timeoutMs: 30_000,
    });
  });
});
