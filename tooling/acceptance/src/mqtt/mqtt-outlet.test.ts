import type { ServiceAnswer, TagPage } from '@fieldwarden/admin-contract';
import { statusCodes } from '@fieldwarden/core';
import { Mosquitto, TestBroker } from '@fieldwarden/mqtt-link/testing';
import { waitFor } from '@fieldwarden/testkit';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LinePlcs, linePlant } from '../line-plant.js';
import { GatewayProcess } from '../processes/gateway-process.js';

const run = promisify(execFile);
const speed = 'fieldwarden/line/tags/line/unit-1/speed';
const setpoint = 'line/unit-1/setpoint';

let plcs: LinePlcs;
let broker: TestBroker;
let mosquitto: Mosquitto;
let gateway: GatewayProcess;
let plant: object;
/** Of all brokers that had the port of `broker`, oldest first. */
const history: TestBroker[] = [];

beforeAll(async () => {
  plcs = await LinePlcs.start();
  [broker, mosquitto] = await Promise.all([TestBroker.start(), Mosquitto.start()]);
  history.push(broker);
  plant = linePlant(plcs, {
    mqtt: [
      { id: 'main', url: broker.url, commands: true, username: 'gateway', outbox: { warnAt: 5 } },
      { id: 'other', url: mosquitto.url, publish: { include: ['line/press/**'], qos: 0 } },
    ],
  });
  gateway = await GatewayProcess.start(plant);
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await Promise.all([broker, mosquitto, plcs].map((one) => one[Symbol.asyncDispose]()));
});

interface ValueMessage {
  readonly v: unknown;
  readonly q: number;
  readonly t: number;
  readonly seq: number;
}

/** What all brokers saw under a topic, in order. */
function seen(topic: string): readonly ValueMessage[] {
  return history.flatMap((one) => one.json(topic)) as unknown as readonly ValueMessage[];
}

async function mainOutlet(): Promise<Record<string, unknown>> {
  return (await gateway.get<ServiceAnswer>('/services/main')).detail as Record<string, unknown>;
}

async function isDrained(): Promise<void> {
  await waitFor(async () => (await mainOutlet()).connected === true && (await mainOutlet()).pending === 0, {
    what: 'the outbox to be empty',
    timeoutMs: 60_000,
  });
}

/** Gives the signal of unit 1 one value after the other, each of which the gateway sees. */
async function runThrough(values: readonly number[]): Promise<void> {
  for (const value of values) {
    plcs.modbus.unit(1).memory.holdingRegisters.setValue(0, { scalar: 'float32' }, value);
    await waitFor(async () => (await gateway.tag('line/unit-1/speed')).value === value, { what: `value ${value}` });
  }
}

function valuesSeen(): readonly unknown[] {
  const values = seen(speed).flatMap(({ v, q }) => (q === statusCodes.Good ? [v] : []));
  return values.filter((value, i) => value !== values[i - 1]);
}

async function comeBack(): Promise<void> {
  const { port } = broker;
  broker = await TestBroker.start({ port });
  history.push(broker);
}

/** The gateway waits up to 30 s before it tries a broker again that was away for long. */
const patience = { timeout: 120_000 };

describe('the MQTT outlet (§10.2)', patience, () => {
  it('publishes every tag with the value, status and time that REST shows', async () => {
    const { tags } = await gateway.get<TagPage>('/tags?prefix=line/');
    expect(tags.length).toBeGreaterThan(6);
    for (const { path } of tags) {
      await waitFor(
        async () => {
          const [now, message] = [await gateway.tag(path), seen(`fieldwarden/line/tags/${path}`).at(-1)!];
          expect(now.status).toBe('Good');
          expect([message.v, message.q]).toEqual([now.value, now.statusCode]);
          expect(message.t).toBeLessThanOrEqual(Date.parse(now.sourceAt!) + 1);
          return true;
        },
        { what: `${path} to arrive`, timeoutMs: 20_000 },
      );
    }
  });

  it("gives the last value to who comes later, by mosquitto's own client", async () => {
    const press = 'fieldwarden/line/tags/line/press/force';
    const ask = async () => {
      const { stdout } = await run('mosquitto_sub', ['-p', String(mosquitto.port), '-t', press, '-C', '1', '-W', '2']);
      return (JSON.parse(stdout) as ValueMessage).v === 81.5;
    };
    await waitFor(ask, { what: 'the retained value' });
  });

  it('publishes its state and those of drivers and devices, with numbers that grow', async () => {
    await waitFor(() => broker.json('fieldwarden/line/drivers/packaging/state').at(-1)?.state === 'Healthy', {
      what: 'the driver to be Healthy',
    });
    await waitFor(() => broker.json('fieldwarden/line/devices/press/plc/state').at(-1)?.state === 'connected', {
      what: 'the device to be connected',
    });
    const [status] = broker.json('fieldwarden/line/status').slice(-1);
    expect(status).toMatchObject({
      state: 'running',
      generation: 1,
      drivers: { packaging: expect.any(String) as string },
    });
    expect(status).toMatchObject({ mqtt: { dropped: 0 }, uptimeMs: expect.any(Number) as number });
    const numbers = broker.json('fieldwarden/line/status').map(({ seq }) => seq as number);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  });

  it('shows itself in status, metrics and CLI', async () => {
    const { mqtt } = await gateway.status();
    expect(mqtt).toMatchObject([
      { id: 'main', connected: true, dropped: 0 },
      { id: 'other', connected: true },
    ]);
    const { text } = await gateway.health('/metrics');
    expect(text).toMatch(/^fieldwarden_mqtt_connected\{[^}]*outlet="main"[^}]*\} 1$/m);
    expect(text).toMatch(/^fieldwarden_mqtt_dropped_total\{[^}]*reason="poison"[^}]*\} 0$/m);
    const { outlets } = await gateway.cliJson<{ outlets: readonly object[] }>('mqtt', 'status');
    expect(outlets).toMatchObject([{ id: 'main', connected: true }, { id: 'other' }]);
  });

  it('writes what a command asks for, once, and answers with the outcome', async () => {
    await waitFor(async () => ((await mainOutlet()).commands as { listening: boolean }).listening, {
      what: 'a listener',
    });
    const registers = plcs.modbus.unit(1).memory.holdingRegisters;
    const result = `fieldwarden/line/set-result/${setpoint}`;
    const send = async (text: string) => {
      const before = broker.json(result).length;
      await run('mosquitto_pub', [
        '-p',
        String(broker.port),
        '-t',
        `fieldwarden/line/set/${setpoint}`,
        '-q',
        '1',
        '-m',
        text,
      ]);
      return await waitFor(() => broker.json(result).at(before), { what: 'the answer' });
    };
    expect(await send('{"v": 42.5, "id": "one"}')).toMatchObject({ id: 'one', outcome: 'done', status: 'Good' });
    expect(registers.getValue(10, { scalar: 'float32' })).toBe(42.5);
    registers.setValue(10, { scalar: 'float32' }, 7);
    expect(await send('{"v": 42.5, "id": "one"}')).toMatchObject({ id: 'one', outcome: 'done' });
    expect(registers.getValue(10, { scalar: 'float32' })).toBe(7);
    expect(await send('{"v": 121, "id": "two"}')).toMatchObject({ id: 'two', outcome: 'not-sent' });
    expect(await send('faster!')).toMatchObject({ id: null, outcome: 'not-sent' });
  });

  it('keeps what happens while the broker is away, and sends all of it in order when it is back', async () => {
    const values = Array.from({ length: 6 }, (_, i) => 100 + i);
    await broker[Symbol.asyncDispose]();
    await runThrough(values);
    expect(await mainOutlet()).toMatchObject({ connected: false });
    const { stdout } = await gateway.cli('mqtt', 'status');
    expect(stdout).toMatch(/main .*\n +State +not connected\n +Reason +the broker/);
    await waitFor(async () => (await gateway.get<ServiceAnswer>('/services/main')).state === 'Degraded', {
      what: 'the outlet to be Degraded',
    });
    await comeBack();
    await isDrained();
    expect(valuesSeen().slice(-6)).toEqual(values);
    const numbers = broker.json(speed).map(({ seq }) => seq as number);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect((await mainOutlet()).dropped).toBe(0);
    const { outlets } = await gateway.cliJson<{ outlets: readonly { pending: number }[] }>('mqtt', 'status');
    expect(outlets[0].pending).toBe(0);
  });

  it('loses nothing that it kept when the gateway is killed, and its numbers go on', async () => {
    const values = Array.from({ length: 5 }, (_, i) => 200 + i);
    const before = Math.max(...seen(speed).map(({ seq }) => seq));
    await broker[Symbol.asyncDispose]();
    await runThrough(values);
    await waitFor(async () => ((await mainOutlet()).pending as number) >= values.length, { what: 'all to be kept' });
    await gateway.cli('mqtt', 'status'); // takes longer than a commit of the outbox
    gateway.signal('SIGKILL');
    await gateway.ended();
    await comeBack();
    gateway = await GatewayProcess.launch({ plant, home: gateway.home });
    await isDrained();
    await runThrough([300]);
    await waitFor(() => valuesSeen().at(-1) === 300, { what: 'the next value' });
    expect(valuesSeen().slice(-6)).toEqual([...values, 300]);
    const numbers = broker.json(speed).map(({ seq }) => seq as number);
    expect(numbers[0]).toBeGreaterThan(before);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  });

  it('publishes alarms: that of a device that is lost, with its driver', async () => {
    plcs.modbus.unit(3).knobs = { silent: true };
    const alarms = () =>
      broker.seen.flatMap(({ topic, text }) =>
        topic.startsWith('fieldwarden/line/alarms/packaging/') ? [JSON.parse(text) as Record<string, unknown>] : [],
      );
    const lost = await waitFor(() => alarms().find(({ active }) => active), { what: 'the alarm', timeoutMs: 60_000 });
    expect(lost).toMatchObject({ driverId: 'packaging', acknowledged: false, seq: expect.any(Number) as number });
  });

  it('says stopped when it is stopped, and the broker says lost when it is killed', async () => {
    const last = () => broker.json('fieldwarden/line/status').at(-1)?.state;
    await waitFor(() => last() === 'running', { what: 'the state' });
    gateway.signal('SIGTERM');
    await gateway.ended();
    expect(last()).toBe('stopped');
    gateway = await GatewayProcess.launch({ plant, home: gateway.home });
    await waitFor(() => last() === 'running', { what: 'the state' });
    gateway.signal('SIGKILL');
    await waitFor(() => last() === 'lost', { what: 'the will' });
    await gateway.ended();
  });

  it('clears the value that the broker kept of a tag that was removed while the gateway was down', async () => {
    const removed = 'fieldwarden/line/tags/line/press/force';
    /** Topics that have one; mosquitto_sub ends with an error when its second is over. */
    const kept = async (): Promise<string> => {
      const ask = ['-p', String(mosquitto.port), '-t', 'fieldwarden/line/tags/line/press/#', '-W', '1', '-F', '%t'];
      const failed = (error: unknown): { readonly stdout: string } => error as { readonly stdout: string };
      return (await run('mosquitto_sub', ask).catch(failed)).stdout;
    };
    expect(await kept()).toContain(removed);
    const { drivers, ...rest } = plant as { drivers: { id: string; devices: { tags: { path: string }[] }[] }[] };
    for (const { devices } of drivers)
      for (const device of devices) device.tags = device.tags.filter(({ path }) => path !== 'line/press/force');
    gateway = await GatewayProcess.launch({ plant: { ...rest, drivers }, home: gateway.home });
    await waitFor(async () => !(await kept()).includes(removed), { what: 'it to be cleared', timeoutMs: 60_000 });
    expect(await kept()).toContain('fieldwarden/line/tags/line/press/count');
    await waitFor(() => broker.seen.some(({ topic, text, retain }) => topic === removed && text === '' && retain), {
      what: 'it to be cleared at the other broker, too',
      timeoutMs: 60_000,
    });
  });
});
