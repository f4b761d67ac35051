import { waitFor } from '@fieldwarden/testkit';
import type { TagPage } from '@fieldwarden/admin-contract';
import { request } from 'node:http';
import { join } from 'node:path';
import { AttributeIds, DataType, StatusCodes } from 'node-opcua';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayProcess } from './processes/gateway-process.js';
import { linePlant, LinePlcs } from './line-plant.js';
import { OpcuaReader } from './opcua-reader.js';

const driverState = '_system/drivers/press/state';
const enabled = '_system/drivers/press/enabled';

describe('system tags (§8.5)', () => {
  let plcs: LinePlcs;
  let gateway: GatewayProcess;
  let client: OpcuaReader;

  beforeAll(async () => {
    plcs = await LinePlcs.start();
    gateway = await GatewayProcess.start(linePlant(plcs));
    await gateway.driverTurns('press', 'Healthy');
    await gateway.driverTurns('packaging', 'Healthy');
    client = await OpcuaReader.connect(gateway, 'line');
  });

  afterAll(async () => {
    await client[Symbol.asyncDispose]();
    await gateway[Symbol.asyncDispose]();
    await plcs[Symbol.asyncDispose]();
  });

  async function says(path: string, value: unknown): Promise<void> {
    await waitFor(async () => (await gateway.tag(path)).value === value, { what: `${path} to be ${String(value)}` });
  }

  it('say the same over REST, the command line and OPC UA', async () => {
    await says(driverState, 'Healthy');
    const { pid } = await gateway.driver('press');
    await says('_system/drivers/press/pid', pid);
    expect((await client.read('_system/drivers/press/pid')).value).toMatchObject({
      dataType: DataType.UInt32,
      value: pid,
    });
    expect((await client.read(driverState)).value.value).toBe('Healthy');
    const { stdout } = await gateway.cli('tags', 'read', driverState, '_system/devices/packaging/unit-2/demoted');
    expect(stdout).toMatch(/drivers\/press\/state +"Healthy"/);
    expect(stdout).toMatch(/unit-2\/demoted +false/);
    expect((await client.read('_system/site')).value.value).toBe('line');
  });

  it('stand in their own folder, with descriptions and units', async () => {
    const names = async (path: string): Promise<(string | null)[]> => {
      const { references } = await client.session.browse(client.nodeId(path));
      return (references ?? []).map(({ browseName }) => browseName.name ?? null);
    };
    expect(await names('_system/drivers')).toEqual(expect.arrayContaining(['packaging', 'press']));
    expect(await names('_system/devices/packaging')).toEqual(expect.arrayContaining(['unit-1', 'unit-2', 'unit-3']));
    const description = await client.read('_system/drivers/press/memory', AttributeIds.Description);
    expect((description.value.value as { text: string }).text).toContain('memory of the Host');
    const interval = '_system/devices/packaging/unit-1/achievedIntervalMs#EngineeringUnits';
    expect((await client.read(interval)).value.value).toMatchObject({ displayName: { text: 'ms' } });
  });

  it('are listed with the tags, but are no tags of the plant', async () => {
    const { tags, total } = await gateway.get<TagPage>('/tags?prefix=_system/drivers/&limit=1000');
    expect(total).toBe(tags.length);
    expect(tags.map(({ path }) => path)).toContain(driverState);
    expect(tags.every((tag) => tag.driverId === null)).toBe(true);
    const { tags: counted } = await gateway.status();
    expect(counted.total).toBe(8);
    expect(counted.good + counted.uncertain + counted.bad).toBe(8);
  });

  it('are told to a client that monitors them, as they change', async () => {
    const seen = await client.watch([driverState, '_system/drivers/press/restarts']);
    await waitFor(() => seen.get(driverState)?.value.value === 'Healthy', { what: 'the present state' });
    const { pid } = await gateway.driver('press');
    process.kill(pid!, 'SIGKILL');
    await waitFor(() => seen.get(driverState)?.value.value === 'Reconnecting', { what: 'the lost Host' });
    await waitFor(() => seen.get('_system/drivers/press/restarts')?.value.value === 1, { what: 'the count' });
    await waitFor(() => seen.get(driverState)?.value.value === 'Healthy', { what: 'the new Host', timeoutMs: 20_000 });
  });

  it('let an operator stop and start a driver, from every outlet, and answer with the outcome', async () => {
    expect(await gateway.write(enabled, false)).toMatchObject({ outcome: 'done', status: 'Good' });
    expect((await gateway.driver('press')).state).toBe('Stopped');
    expect((await gateway.tag('line/press/force')).status).toBe('BadOutOfService');
    await says(enabled, false);
    expect(await client.write(enabled, { dataType: DataType.Boolean, value: true })).toBe(StatusCodes.Good);
    await gateway.driverTurns('press', 'Healthy');
    const { code, stdout } = await gateway.cli('tags', 'write', '_system/drivers/packaging/enabled', 'false');
    expect([code, stdout]).toEqual([0, expect.stringContaining('done') as string]);
    await says('_system/devices/packaging/unit-1/state', 'disabled');
    expect(await gateway.write('_system/drivers/packaging/enabled', true)).toMatchObject({ outcome: 'done' });
    await says('_system/devices/packaging/unit-1/state', 'connected');
  });

  it('refuse writes to what only the gateway knows', async () => {
    expect(await gateway.write(driverState, 'Stopped')).toMatchObject({ code: 'TAG_READ_ONLY', outcome: 'not-sent' });
    expect(await client.write(driverState, { dataType: DataType.String, value: 'x' })).toBe(StatusCodes.BadNotWritable);
    expect(await gateway.write(enabled, 'perhaps')).toMatchObject({ outcome: 'not-sent' });
  });

  it('come and go with drivers and devices while the gateway runs (§7.5)', async () => {
    const { drivers, ...rest } = linePlant(plcs) as { drivers: { id: string; devices: object[] }[] };
    const [packaging] = drivers;
    const waves = { id: 'waves', type: 'simulator', devices: [{ id: 'sea', tags: [] }] };
    const fewer = { ...packaging, devices: packaging.devices.slice(0, 2) };
    await publish({ ...rest, drivers: [fewer, waves] });
    await says('_system/drivers/waves/state', 'Healthy');
    await waitFor(async () => !(await gateway.health('/metrics')).text.includes('driver="press"'), {
      what: 'no series of press',
    });
    for (const path of [driverState, '_system/devices/packaging/unit-3/state'])
      expect(await gateway.tag(path)).toMatchObject({ code: 'TAG_UNKNOWN' });
    expect((await client.read(driverState)).statusCode).toBe(StatusCodes.BadNodeIdUnknown);
    expect((await gateway.hosts()).map(({ device }) => device)).toEqual(['unit-1', 'unit-2', 'sea']);
    await says('_system/generation', 2);
    expect((await gateway.status()).tags.total).toBe(4);
  });

  function publish(document: object): Promise<void> {
    return new Promise((resolve, reject) => {
      const options = {
        method: 'POST',
        socketPath: join(gateway.home, 'admin.sock'),
        path: '/api/v1/config/publish',
        headers: { 'content-type': 'application/json' },
      };
      const sent = request(options, (response) => {
        if (response.statusCode === 200) response.resume().on('end', resolve);
        else response.on('data', (text: Buffer) => reject(new Error(text.toString())));
      });
      sent.on('error', reject).end(JSON.stringify({ message: 'fewer', document }));
    });
  }
});
