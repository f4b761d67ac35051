import type { TagDetail } from '@fieldwarden/admin-contract';
import { JsonDevice, SparkplugDevice } from '@fieldwarden/driver-mqtt/testing';
import { TestBroker } from '@fieldwarden/mqtt-link/testing';
import { waitFor } from '@fieldwarden/testkit';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayProcess } from '../processes/gateway-process.js';

const write = { topic: 'plant/speed/set', template: '{"v":{value},"id":"{id}"}', ackTopic: 'plant/speed/set-result' };
const tags = [
  {
    path: 'line/speed',
    address: 'plant/speed $.v',
    dataType: 'float64',
    access: 'read-write',
    options: { timePath: '$.ts', write },
  },
  { path: 'line/serial', address: 'plant/serial', dataType: 'int64', options: { jsonPath: '$.v', timePath: '$.ts' } },
  { path: 'line/note', address: 'plant/note text', dataType: 'string' },
  {
    path: 'line/motor',
    address: 'spBv1.0/plant/+/node/filler sparkplug:Motor/Speed',
    dataType: 'float32',
    access: 'read-write',
  },
];

/** As the README has it: one broker, topics as tags (SPEC §9.4). */
describe('topics of a broker as tags (§9.4)', () => {
  const open = new AsyncDisposableStack();
  let broker: TestBroker;
  let device: JsonDevice;
  let gateway: GatewayProcess;

  beforeAll(async () => {
    broker = await TestBroker.start();
    device = open.use(await JsonDevice.start(broker.url, { speed: 12.5, serial: '9007199254740993' }));
    open.use(
      await SparkplugDevice.start(broker.url, [{ name: 'Motor/Speed', type: { scalar: 'float32' }, value: 1.5 }]),
    );
    const driver = { id: 'broker', type: 'mqtt', options: { url: broker.url }, devices: [{ id: 'line', tags }] };
    gateway = open.use(await GatewayProcess.start({ version: 1, site: 'line', drivers: [driver] }));
    await gateway.driverTurns('broker', 'Healthy');
  });

  afterAll(async () => {
    await open.disposeAsync();
    await broker[Symbol.asyncDispose]();
  });

  const shows = async (path: string, expected: object): Promise<void> => {
    await waitFor(async () => (expect(await gateway.tag(path)).toMatchObject(expected), true), {
      what: `${path} to show ${JSON.stringify(expected)}`,
      timeoutMs: 30_000,
    });
  };

  it('are read from JSON with its own times, as text, and from Sparkplug births', async () => {
    await shows('line/speed', { value: 12.5, status: 'Good' });
    await shows('line/serial', { value: '9007199254740993', status: 'Good' });
    await shows('line/motor', { value: 1.5, status: 'Good' });
    await broker.publish('plant/note', 'no JSON at all');
    await shows('line/note', { value: 'no JSON at all', status: 'Good' });
    expect(await gateway.get<TagDetail>('/tags/value?path=line/speed')).toMatchObject({ address: 'plant/speed $.v' });
  });

  it('are written with the answer of the device', async () => {
    expect(await gateway.write('line/speed', 20)).toMatchObject({ outcome: 'done' });
    await shows('line/speed', { value: 20, status: 'Good' });
    expect(await gateway.write('line/motor', 3.5)).toMatchObject({ outcome: 'done' });
    await shows('line/motor', { value: 3.5, status: 'Good' });
    expect(device.writes).toEqual([{ signal: 'speed', value: 20 }]);
  });

  it('are Bad while they say what is no value of theirs, and nothing else is', async () => {
    await broker.publish('plant/speed', 'offline');
    await shows('line/speed', { status: 'BadDecodingError' });
    await shows('line/serial', { status: 'Good' });
    device.tell('speed', 21);
    await shows('line/speed', { value: 21, status: 'Good' });
  });

  it('are described where people look: the type, its options of tags, and what is wrong with them', async () => {
    const shown = await gateway.cli('drivers', 'show', 'mqtt');
    expect(shown.stdout).toMatch(/mqtt +version 1\.0\.0, tier A[^]*Options of a tag[^]*jsonPath/);
    const document = {
      version: 1,
      site: 'line',
      drivers: [
        {
          id: 'b',
          type: 'mqtt',
          options: { url: 'http://x' },
          devices: [{ id: 'd', tags: [{ ...tags[1], options: { jsonPath: 'v' } }] }],
        },
      ],
    };
    const file = join(gateway.home, 'wrong.json');
    writeFileSync(file, JSON.stringify(document));
    const { code, stdout, stderr } = await gateway.cli('config', 'validate', file);
    expect(code).toBe(78);
    expect(stdout + stderr).toMatch(/the JSON path v begins with neither \$ nor \/[^]*tags\[0\]\.options\.jsonPath/);
    expect(stdout + stderr).toMatch(/the URL has the scheme http[^]*options\.url/);
  });

  it('are offered to who browses: topics that come, and below them the fields of their JSON', async () => {
    const seen = await gateway.cli('drivers', 'browse', 'broker', 'plant/speed');
    expect(seen.stdout).toMatch(/plant\/speed \$\.v +/);
  });

  it('are Bad while the broker is away, and as they were told anew once it is back', async () => {
    const { port } = broker;
    await broker[Symbol.asyncDispose]();
    await shows('line/speed', { status: 'BadNoCommunication' });
    broker = await TestBroker.start({ port });
    await waitFor(async () => (device.tell('speed', 22), (await gateway.tag('line/speed')).value === 22), {
      what: 'the device and the driver to be back',
      timeoutMs: 60_000,
      intervalMs: 200,
    });
    await shows('line/speed', { value: 22, status: 'Good' });
  });
});
