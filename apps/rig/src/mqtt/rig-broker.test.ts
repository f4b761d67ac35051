import { execFileSync } from 'node:child_process';
import { silentLogger, systemClock } from '@fieldwarden/core';
import {
  linkDefaults,
  MqttLink,
  type IncomingMessage,
  type LinkSettings,
  type LinkState,
} from '@fieldwarden/mqtt-link';
import { encodeCommand, HostNode, sparkplugTypes, type HostMetric } from '@fieldwarden/sparkplug';
import { temporaryDirectory, waitFor } from '@fieldwarden/testkit';
import { expect, test } from 'vitest';
import { parseRigOptions } from '../rig-options.js';
import { startRig, type Rig } from '../rig.js';
import { brokerNames } from './broker-program.js';
import { MosquittoBroker } from './mosquitto-broker.js';

const anyPorts = ['--modbus-port=0', '--s7-port=0', '--mqtt-port=0', '--opcua-port=0', '--control-port=0'];
const programs = brokerNames.filter((name) => name === 'aedes' || MosquittoBroker.isInstalled);

function start(...args: readonly string[]): Promise<Rig> {
  return startRig(parseRigOptions([...anyPorts, ...args], {}), systemClock);
}

/** A client that remembers what it hears. */
class Client implements AsyncDisposable {
  readonly messages: IncomingMessage[] = [];
  readonly states: LinkState[] = [];
  readonly link: MqttLink;

  constructor(rig: Rig, filters: readonly string[], more: Partial<LinkSettings> = {}) {
    const settings = { ...linkDefaults, url: `mqtt://127.0.0.1:${rig.ports.mqtt}`, clientId: 'client', ...more };
    this.link = new MqttLink(
      settings,
      {
        stateChanged: (state) => {
          this.states.push(state);
          if (state.name !== 'connected') return;
          void this.link.subscribe(filters.map((filter) => ({ filter, qos: 1 }))).catch(() => undefined);
        },
        message: (message) => this.messages.push(message),
      },
      { clock: systemClock, random: Math.random, logger: silentLogger },
    );
    this.link.start();
  }

  json(topic: string): readonly Record<string, unknown>[] {
    return this.messages
      .filter((message) => message.topic === topic)
      .map(({ payload }) => JSON.parse(Buffer.from(payload).toString()) as Record<string, unknown>);
  }

  send(topic: string, payload: Uint8Array | string): void {
    this.link.publish({ topic, payload: Buffer.from(payload), qos: 1, retain: false }, () => undefined);
  }

  async hears(topic: string): Promise<void> {
    const before = this.messages.length;
    const isThere = (): boolean => this.messages.slice(before).some((message) => message.topic === topic);
    await waitFor(isThere, { what: topic, timeoutMs: 20_000 });
  }

  async isTold(kind: string): Promise<void> {
    const isThere = (): boolean => this.states.some((state) => state.name === 'waiting' && state.problem.kind === kind);
    await waitFor(isThere, { what: kind, timeoutMs: 20_000 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.link.stop({ deadlineMs: 100 });
  }
}

async function turn(rig: Rig, knobs: object): Promise<void> {
  const url = `http://127.0.0.1:${rig.ports.control}/broker/knobs`;
  const { status } = await fetch(url, { method: 'PUT', body: JSON.stringify(knobs) });
  expect(status).toBe(200);
}

const telemetry = 'rig/mixer/telemetry';

test.each(programs)('on %s a device tells JSON, takes a set point and says what became of it', async (program) => {
  await using rig = await start(`--mqtt-broker=${program}`);
  expect(rig.brokerProgram).toBe(program);
  await using client = new Client(rig, ['rig/mixer/#']);
  await client.hears(telemetry);
  expect(client.json(telemetry)[0]).toMatchObject({ machine: { setpoint: 45, start: true }, supply: { low: false } });
  client.send('rig/mixer/set', '{"setpoint": 20, "id": "a"}');
  client.send('rig/mixer/set', '{"setpoint": 121, "id": "b"}');
  client.send('rig/mixer/set', 'twenty');
  await waitFor(() => client.json('rig/mixer/set-result').length === 3, { what: 'three answers' });
  expect(client.json('rig/mixer/set-result')).toEqual([
    { id: 'a', outcome: 'done' },
    { id: 'b', outcome: 'rejected', message: 'setpoint is a number from 0 to 120' },
    { id: null, outcome: 'rejected', message: 'the message is no JSON' },
  ]);
  const follows = (): boolean => (client.json(telemetry).at(-1)?.machine as { setpoint: number }).setpoint === 20;
  await waitFor(follows, { what: 'the set point to be told' });
});

test('a Sparkplug device is born again when a host asks, tells its metrics, and takes commands', async () => {
  await using rig = await start();
  const host = new HostNode({ group: 'rig', node: 'line', clock: systemClock });
  const known = new Map<string, HostMetric>();
  await using client = new Client(rig, ['spBv1.0/rig/#']);
  let read = 0;
  const sees =
    (name: string, value: unknown): (() => boolean) =>
    () => {
      const [fresh] = [client.messages.slice(read)];
      read += fresh.length;
      for (const { topic, payload, retain } of fresh)
        for (const event of host.message(topic, payload, retain))
          if (event.type === 'birth' || event.type === 'data')
            for (const metric of event.metrics) known.set(metric.name, metric);
      return known.get(name)?.value === value;
    };
  await waitFor(() => client.link.state.name === 'connected', { what: 'a connection' });
  const ask = host.connected().find((event) => event.type === 'ask-for-rebirth')!;
  client.send(ask.topic, ask.payload);
  await waitFor(sees('Outputs/Setpoint', 30), { what: 'the birth', timeoutMs: 20_000 });
  expect(known.get('Inputs/Batch')).toMatchObject({ value: 'O-0001', quality: 'good' });
  const setpoint = { name: 'Outputs/Setpoint', alias: undefined, type: sparkplugTypes.Float, value: 12.5 };
  client.send('spBv1.0/rig/DCMD/line/oven', encodeCommand([setpoint], Date.now()));
  await waitFor(sees('Outputs/Setpoint', 12.5), { what: 'the set point to be told', timeoutMs: 20_000 });
});

test.each(programs)('%s can be stopped, shut off and made to turn everybody away, and comes back', async (program) => {
  await using rig = await start(`--mqtt-broker=${program}`);
  await using client = new Client(rig, [telemetry]);
  await client.hears(telemetry);
  await turn(rig, { stop: true });
  await client.isTold('unreachable');
  await turn(rig, {});
  await client.hears(telemetry);
  await turn(rig, { unauthorized: true });
  await client.isTold('refused');
  await turn(rig, { refuse: true });
  expect(await status(rig)).toMatchObject({ knobs: { refuse: true }, connections: 0 });
  await turn(rig, {});
  await client.hears(telemetry);
});

test('a frozen broker keeps its connections, a slow one brings everything in time', async () => {
  await using rig = await start();
  await using client = new Client(rig, [telemetry, 'big']);
  await client.hears(telemetry);
  await turn(rig, { freeze: true });
  const { length } = client.messages;
  const frozen = await status(rig);
  client.send('big', 'x'.repeat(4_000));
  await waitFor(async () => (await status(rig)).machines.mixer.count > frozen.machines.mixer.count, {
    what: 'a piece',
    timeoutMs: 20_000,
  });
  expect(client.messages).toHaveLength(length);
  expect(client.link.connects).toBe(1);
  await turn(rig, { slowBytesPerSecond: 2_000 });
  const isThere = (): boolean =>
    client.messages.some(({ topic, payload }) => topic === 'big' && payload.length === 4_000);
  await waitFor(isThere, { what: 'a large message at a slow broker', timeoutMs: 30_000 });
  expect(client.link.connects).toBe(1);
});

interface BrokerStatus {
  readonly knobs: object;
  readonly connections: number;
  readonly machines: { readonly mixer: { readonly count: number } };
}

async function status(rig: Rig): Promise<BrokerStatus> {
  return (await (await fetch(`http://127.0.0.1:${rig.ports.control}/broker`)).json()) as BrokerStatus;
}

test.each(programs)(
  '%s can ask for a password and speak TLS, and the devices of the rig still come',
  async (program) => {
    await using folder = await temporaryDirectory('fieldwarden-rig-');
    const [cert, key] = [`${folder.path}/cert.pem`, `${folder.path}/key.pem`];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const made = [
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '2',
      '-keyout',
      key,
      '-out',
      cert,
    ];
    execFileSync('openssl', ['req', '-x509', ...made, ...subject], { stdio: 'ignore' });
    await using rig = await start(
      `--mqtt-broker=${program}`,
      '--mqtt-user=line:secret',
      `--mqtt-cert=${cert}`,
      `--mqtt-key=${key}`,
    );
    const secure = {
      url: `mqtts://127.0.0.1:${rig.ports.mqtt}`,
      tls: { caFile: cert, certFile: null, keyFile: null, alpn: null },
    };
    await using stranger = new Client(rig, [], {
      ...secure,
      username: 'line',
      password: 'wrong',
      clientId: 'stranger',
    });
    await stranger.isTold('refused');
    await using client = new Client(rig, [telemetry], { ...secure, username: 'line', password: 'secret' });
    await client.hears(telemetry);
  },
);
