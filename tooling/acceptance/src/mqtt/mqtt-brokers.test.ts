import type { AlarmList, ServiceAnswer } from '@fieldwarden/admin-contract';
import { Mosquitto, ScriptedBroker, TestBroker, TestCertificates } from '@fieldwarden/mqtt-link/testing';
import { temporaryDirectory, waitFor } from '@fieldwarden/testkit';
import { spawn } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LinePlcs, linePlant } from '../line-plant.js';
import { GatewayProcess } from '../processes/gateway-process.js';

const speed = 'line/unit-1/speed';
const topic = `fieldwarden/line/tags/${speed}`;
const forbidden = 'line/press/force';
const sharedId = 'line-shared';
const alpn = 'x-plant-mqtt';

const open = new AsyncDisposableStack();
let plcs: LinePlcs;
let main: TestBroker;
let strict: Mosquitto;
let gateway: GatewayProcess;
/** Of all brokers that had the port of `main`, oldest first. */
const history: TestBroker[] = [];

/** Ways to a broker: an outlet publishes there, and a driver has what it published as a tag. */
const roads = ['tls', 'ws', 'alpn'] as const;

beforeAll(async () => {
  plcs = open.use(await LinePlcs.start());
  const certificates = open.use(await TestCertificates.make());
  const { authority, broker: own, client } = certificates;
  const tlsLines = [`cafile ${authority}`, `certfile ${own.certFile}`, `keyfile ${own.keyFile}`];
  const secure = open.use(await Mosquitto.start({ configuration: [...tlsLines, 'require_certificate true'] }));
  const web = open.use(await TestBroker.start({ isWebSocket: true }));
  const read = (file: string): string => readFileSync(file, 'utf8');
  const tls = { cert: read(own.certFile), key: read(own.keyFile), alpn };
  const demanding = open.use(await TestBroker.start({ tls }));
  const silent = open.use(await ScriptedBroker.start({ connack: 'silence' }));
  strict = open.use(await Mosquitto.start({ configuration: [`acl_file ${await rules()}`] }));
  main = await TestBroker.start();
  history.push(main);
  const ways: Record<(typeof roads)[number], object> = {
    tls: { url: `mqtts://127.0.0.1:${secure.port}`, tls: client },
    ws: { url: `${web.url}/mqtt` },
    alpn: { url: demanding.url, tls: { caFile: authority, alpn } },
  };
  const publish = { include: ['line/**'] };
  const plant = linePlant(plcs, {
    mqtt: [
      { id: 'hosted', url: main.url, isolation: 'host', commands: true, username: 'gateway', publish },
      { id: 'silent', url: silent.url, publish, outbox: { warnAt: 5 } },
      { id: 'strict', url: strict.url, version: 5, publish },
      { id: 'shared', url: strict.url, clientId: sharedId, publish: { include: [speed] } },
      ...roads.map((id) => ({ id, publish, ...ways[id] })),
    ],
  }) as { readonly drivers: readonly object[] };
  gateway = await GatewayProcess.start({
    ...plant,
    drivers: [...plant.drivers, ...roads.map((id) => listener(id, ways[id]))],
  });
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await main[Symbol.asyncDispose]();
  await open.disposeAsync();
});

/** A driver whose one tag is what the gateway itself publishes. */
function listener(road: string, options: object): object {
  const tag = { path: `heard/${road}`, address: `${topic} $.v`, dataType: 'float64', options: { timePath: '$.t' } };
  return { id: `from-${road}`, type: 'mqtt', options, devices: [{ id: 'line', tags: [tag] }] };
}

/** What everybody may do at the strict broker, which runs as a user of its own. */
async function rules(): Promise<string> {
  const { path } = open.use(await temporaryDirectory());
  const file = join(path, 'acl');
  writeFileSync(file, `topic readwrite fieldwarden/#\ntopic deny fieldwarden/line/tags/${forbidden}\n`);
  chmodSync(path, 0o755);
  chmodSync(file, 0o644);
  return file;
}

async function service(id: string): Promise<ServiceAnswer & { readonly detail: Record<string, unknown> }> {
  return (await gateway.get<ServiceAnswer>(`/services/${id}`)) as Awaited<ReturnType<typeof service>>;
}

async function isConnected(id: string): Promise<void> {
  await waitFor(async () => (await service(id)).detail.connected === true, {
    what: `${id} to be connected`,
    timeoutMs: 60_000,
  });
}

async function activeAlarms(): Promise<readonly string[]> {
  return (await gateway.get<AlarmList>('/alarms')).alarms.map(({ conditionId }) => conditionId);
}

/** Gives the signal one value after the other, each of which the gateway sees. */
async function runThrough(values: readonly number[]): Promise<void> {
  for (const value of values) {
    plcs.modbus.unit(1).memory.holdingRegisters.setValue(0, { scalar: 'float32' }, value);
    await waitFor(async () => (await gateway.tag(speed)).value === value, { what: `value ${value}` });
  }
}

/** What the brokers of the hosted outlet saw, in order; one that came twice in a row counts once. */
function valuesSeen(): readonly unknown[] {
  const values = history.flatMap((one) => one.json(topic)).flatMap(({ v, q }) => (q === 0 ? [v] : []));
  return values.filter((value, i) => value !== values[i - 1]);
}

async function isSeen(value: number): Promise<void> {
  await waitFor(() => valuesSeen().at(-1) === value, { what: `${value} to arrive`, timeoutMs: 60_000 });
}

describe('brokers of the field (§9.4, §10.2)', { timeout: 120_000 }, () => {
  it.each([
    ['TLS with an authority of its own and a certificate of the client', 'tls'],
    ['a WebSocket', 'ws'],
    ['a port that wants a protocol chosen by ALPN', 'alpn'],
  ])('are reached by outlet and driver over %s', async (_, road) => {
    const value = 10 + roads.indexOf(road as (typeof roads)[number]);
    await isConnected(road);
    await runThrough([value]);
    await waitFor(
      async () => (expect(await gateway.tag(`heard/${road}`)).toMatchObject({ value, status: 'Good' }), true),
      { what: `${value} to come back`, timeoutMs: 30_000 },
    );
  });

  it('one that takes nothing keeps its own outlet waiting, and no other', async () => {
    await isConnected('hosted');
    await runThrough([21, 22, 23, 24, 25, 26]);
    await isSeen(26);
    await waitFor(async () => ((await service('silent')).detail.pending as number) >= 6, { what: 'values to wait' });
    await waitFor(async () => (await service('silent')).state === 'Degraded', {
      what: 'its outlet to be Degraded',
      timeoutMs: 30_000,
    });
    expect((await service('silent')).detail).toMatchObject({ connected: false, dropped: 0 });
    expect(String((await service('silent')).detail.problem)).toContain('does not answer');
    await waitFor(async () => (await service('hosted')).detail.pending === 0, { what: 'the other to have sent all' });
  });

  it('one whose rules forbid a topic: the refusal is told with its topic, and counted; the rest arrives', async () => {
    await isConnected('strict');
    plcs.db1.writeFloatBE(90.5, 0);
    await waitFor(async () => ((await service('strict')).detail.droppedBy as { refused: number }).refused > 0, {
      what: 'the refusal to be counted',
      timeoutMs: 30_000,
    });
    expect((await service('strict')).detail.topics).toContainEqual(
      expect.objectContaining({ topic: `fieldwarden/line/tags/${forbidden}`, pending: 0 }),
    );
    await waitFor(async () => (await activeAlarms()).includes('messages-refused/strict'), { what: 'the alarm' });
    const { text } = await gateway.health('/metrics');
    expect(text).toMatch(/^fieldwarden_mqtt_dropped_total\{[^}]*outlet="strict"[^}]*reason="refused"[^}]*\} [1-9]/m);
    const { stdout } = await gateway.cli('mqtt', 'status');
    expect(stdout).toContain(`fieldwarden/line/tags/${forbidden}`);
    await waitFor(async () => (await service('strict')).detail.pending === 0, { what: 'the rest to be gone' });
  });

  it('one at which another client has the same id: it is said in so many words, and not fought over', async () => {
    const other = spawn('mosquitto_sub', ['-p', String(strict.port), '-i', sharedId, '-t', 'fieldwarden/none']);
    try {
      await waitFor(async () => (await activeAlarms()).includes('client-id-taken/shared'), {
        what: 'the alarm',
        timeoutMs: 90_000,
      });
      const says = `another client uses the id ${sharedId}`;
      const problem = async (): Promise<boolean> => String((await service('shared')).detail.problem).includes(says);
      await waitFor(problem, { what: 'the reason in its status' });
      const told = (): unknown => main.json('fieldwarden/line/alarms/client-id-taken/shared').at(-1)?.active;
      await waitFor(told, { what: 'the alarm to be told by the other outlets, under a topic of its own' });
    } finally {
      other.kill('SIGKILL');
    }
  });
});

describe('an outlet in a process of its own (§16.4)', { timeout: 120_000 }, () => {
  const setpoint = 'line/unit-1/setpoint';
  const result = `fieldwarden/line/set-result/${setpoint}`;

  async function command(v: number, id: string): Promise<unknown> {
    await waitFor(async () => ((await service('hosted')).detail.commands as { listening: boolean }).listening, {
      what: 'a listener',
      timeoutMs: 60_000,
    });
    await main.publish(`fieldwarden/line/set/${setpoint}`, JSON.stringify({ v, id }));
    return await waitFor(() => main.json(result).find((answer) => answer.id === id), { what: 'the answer' });
  }

  it('publishes every value, and writes what a command asks for', async () => {
    expect((await service('hosted')).pid).not.toBe(gateway.pid);
    await runThrough([31, 32]);
    await isSeen(32);
    expect(await command(41.5, 'one')).toMatchObject({ outcome: 'done', status: 'Good' });
    expect(plcs.modbus.unit(1).memory.holdingRegisters.getValue(10, { scalar: 'float32' })).toBe(41.5);
  });

  it('is back after its process was killed, with all that it had kept, in order, and the numbers that follow', async () => {
    const { pid, spawn: before } = await service('hosted');
    const kept = [51, 52, 53, 54, 55];
    const { port } = main;
    await main[Symbol.asyncDispose]();
    await runThrough(kept);
    await waitFor(async () => ((await service('hosted')).detail.pending as number) >= kept.length, {
      what: 'all to be kept',
    });
    await gateway.cli('mqtt', 'status'); // takes longer than a commit of the outbox
    process.kill(pid!, 'SIGKILL');
    await waitFor(async () => ((await service('hosted')).spawn ?? 0) > (before ?? 0), { what: 'another process' });
    main = await TestBroker.start({ port });
    history.push(main);
    await isConnected('hosted');
    await runThrough([56]);
    await isSeen(56);
    expect(valuesSeen().slice(-6)).toEqual([...kept, 56]);
    const numbers = history.flatMap((one) => one.json(topic)).map(({ seq }) => seq as number);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect(await command(41.5, 'one')).toMatchObject({ outcome: 'done' });
    expect(await command(42.5, 'two')).toMatchObject({ outcome: 'done' });
    expect((await service('hosted')).detail.dropped).toBe(0);
  });
});
