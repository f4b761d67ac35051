import type { HostRow } from '@fieldwarden/admin-contract';
import { ModbusSimServer, type ModbusKnobs } from '@fieldwarden/sim-plc';
import { waitFor } from '@fieldwarden/testkit';
import type { DataValue } from 'node-opcua';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayProcess } from './processes/gateway-process.js';
import { OpcuaReader } from './opcua-reader.js';
import { cliLauncher } from './processes/run-cli.js';

const units = Array.from({ length: 10 }, (_, i) => i + 1);
const patient = 4;
const siblings = units.filter((unit) => unit !== patient);
const scanMs = 200;
const timeoutMs = 300;
const probeMs = 1_000;

const system = `_system/devices/line/unit-${patient}`;
const speed = `line/unit-${patient}/speed`;

/** Ten units behind one Modbus gateway: one socket, one request at a time. */
function plant(port: number): object {
  return {
    version: 1,
    site: 'line',
    opcua: { securityPolicies: ['None'], anonymous: true },
    drivers: [
      {
        id: 'line',
        type: 'modbus',
        options: { host: '127.0.0.1', port, timeoutMs },
        resilience: { breaker: { failures: 3, probeMs, maxProbeMs: probeMs }, read: { timeoutMs: 2_000, retries: 0 } },
        devices: units.map((unitId) => ({
          id: `unit-${unitId}`,
          options: { unitId },
          tags: [{ path: `line/unit-${unitId}/speed`, address: 'HR0', dataType: 'float32', scanMs }],
        })),
      },
    ],
  };
}

/** A command that goes on, printing a JSON line for everything it has to say. */
class Follower implements AsyncDisposable {
  readonly lines: Record<string, unknown>[] = [];
  readonly #child: ChildProcessByStdio<null, Readable, null>;

  constructor(home: string, ...args: readonly string[]) {
    this.#child = spawn(process.execPath, [cliLauncher, ...args, '--json', '--home', home], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.lines.push(JSON.parse(line) as Record<string, unknown>);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGINT');
    await exited;
  }
}

/** What a view says of the device. */
interface Story {
  readonly state: unknown;
  readonly offScan: boolean;
}

describe('a device that misbehaves, told by every view (§5.5, §5.8)', () => {
  const open = new AsyncDisposableStack();
  let plc: ModbusSimServer;
  let gateway: GatewayProcess;
  let watched: Follower;
  let followed: Follower;
  let monitored: ReadonlyMap<string, DataValue>;

  beforeAll(async () => {
    plc = await ModbusSimServer.listen({
      host: '127.0.0.1',
      port: 0,
      units: Object.fromEntries(units.map((unit) => [unit, {}])),
    });
    open.defer(async () => await plc.close());
    gateway = open.use(await GatewayProcess.start(plant(plc.port)));
    await gateway.driverTurns('line', 'Healthy');
    const paths = [speed, ...['state', 'demoted', 'failures'].map((name) => `${system}/${name}`)];
    watched = open.use(new Follower(gateway.home, 'tags', 'watch', ...paths));
    followed = open.use(new Follower(gateway.home, 'hosts', '-f'));
    monitored = await open.use(await OpcuaReader.connect(gateway, 'line')).watch(paths);
    await waitFor(() => monitored.size === 4 && watched.lines.length >= 4 && followed.lines.length > 0, {
      what: 'all views',
    });
  });

  afterAll(async () => await open.disposeAsync());

  const rowNow = async (): Promise<HostRow> => (await gateway.hosts()).find((row) => row.device === `unit-${patient}`)!;
  const lastEvent = (): (HostRow & { readonly at: string }) | undefined =>
    followed.lines.findLast((line) => line.device === `unit-${patient}`) as never;
  const lastWatched = (path: string): Record<string, unknown> | undefined =>
    watched.lines.findLast((line) => line.path === path);

  async function stories(): Promise<Readonly<Record<string, Story>>> {
    const row = await rowNow();
    const event = lastEvent();
    const { text } = await gateway.health('/metrics');
    const level = new RegExp(`^fieldwarden_breaker_state\\{driver="line",device="unit-${patient}"\\} (\\d)$`, 'm').exec(
      text,
    );
    return {
      'GET /hosts': { state: row.deviceState, offScan: row.breaker !== 'closed' },
      'hosts -f': {
        state: event?.deviceState ?? 'connected',
        offScan: event !== undefined && event.breaker !== 'closed',
      },
      'tags watch': {
        state: lastWatched(`${system}/state`)?.value,
        offScan: lastWatched(`${system}/demoted`)?.value === true,
      },
      'OPC UA': {
        state: monitored.get(`${system}/state`)?.value.value,
        offScan: monitored.get(`${system}/demoted`)?.value.value === true,
      },
      '/metrics': { state: row.deviceState, offScan: level?.[1] !== '0' },
    };
  }

  /** Every view says the same, and it is this. */
  async function allSay(state: string, offScan: boolean): Promise<void> {
    await waitFor(
      async () => {
        for (const [view, story] of Object.entries(await stories())) expect(story, view).toEqual({ state, offScan });
        return true;
      },
      { what: `every view to say ${state}`, timeoutMs: 20_000, intervalMs: 20 },
    );
  }

  /** By the gateway's own time stamps, so that a busy machine that reads them late does not count. */
  function tellInOneSecond(atMs: number): void {
    const times = {
      'host event': Date.parse(lastEvent()!.at),
      'tags watch': Date.parse(String(lastWatched(`${system}/demoted`)?.sourceAt)),
      'OPC UA': monitored.get(`${system}/demoted`)!.sourceTimestamp!.getTime(),
    };
    for (const [view, time] of Object.entries(times)) expect(Math.abs(time - atMs), view).toBeLessThanOrEqual(1_000);
  }

  async function misbehave(knobs: ModbusKnobs): Promise<void> {
    plc.unit(patient).knobs = knobs;
    await allSay('demoted', true);
    const row = await rowNow();
    tellInOneSecond(Date.parse(row.lastBreakerOpenAt!));
    expect(lastEvent()?.lastBreakerOpenAt).toBe(row.lastBreakerOpenAt);
    const offScan = () =>
      lastWatched(speed)?.status === 'BadNoCommunication' &&
      monitored.get(speed)?.statusCode.name === 'BadNoCommunication';
    await waitFor(offScan, { what: 'the values to be BadNoCommunication' });
    for (const unit of siblings) expect((await gateway.tag(`line/unit-${unit}/speed`)).status).toBe('Good');
  }

  async function recover(knobs: ModbusKnobs): Promise<void> {
    plc.unit(patient).knobs = knobs;
    await allSay('connected', false);
    await waitFor(() => lastWatched(speed)?.status === 'Good' && monitored.get(speed)?.statusCode.value === 0, {
      what: 'good values',
    });
    expect(lastWatched(`${system}/failures`)?.value).toBe(0);
  }

  it('begins well', async () => await allSay('connected', false));

  it('silent', async () => await misbehave({ silent: true }));

  it('costs its siblings at most one time-out per probe while it is silent, counted at the PLC (§5.1)', async () => {
    for (const unit of siblings) plc.counters.watchReads(unit, 3, 0);
    plc.counters.reset();
    const probes = (): number => plc.counters.requestsByUnit.get(patient) ?? 0;
    await waitFor(() => probes() >= 3, { what: 'three probes', timeoutMs: 30_000 });
    for (const unit of siblings) {
      const times = plc.counters.readTimesMs(unit, 3, 0);
      const pauses = times.slice(1).map((time, i) => time - times[i]);
      const held = pauses.filter((pause) => pause > scanMs + timeoutMs / 2);
      const lostMs = held.reduce((sum, pause) => sum + pause - scanMs, 0);
      expect(lostMs, `unit ${unit}`).toBeLessThanOrEqual(probes() * (timeoutMs + scanMs));
    }
  });

  it('slow, which is not dead', async () => await recover({ delayMs: 60 }));

  it('wrong', async () => await misbehave({ replyUnitId: 99 }));

  it('healthy again', async () => await recover({}));

  it('has its history in every view afterwards', async () => {
    const row = await rowNow();
    expect(row).toMatchObject({ deviceState: 'connected', consecutiveFailures: 0, alert: false, nextProbeAt: null });
    expect(Date.parse(row.lastBreakerOpenAt!)).toBe((await lastOpening()) as number);
    const { stdout } = await gateway.cli('describe', 'line');
    expect(stdout).toMatch(new RegExp(`unit-${patient} +connected +1 +closed +0/3 .* ago`));
    const openings = followed.lines.filter(({ device, breaker }) => device === `unit-${patient}` && breaker === 'open');
    expect(new Set(openings.map(({ lastBreakerOpenAt }) => lastBreakerOpenAt)).size).toBe(2);
    expect(
      followed.lines.filter(({ device, deviceState }) => device !== `unit-${patient}` && deviceState === 'demoted'),
    ).toEqual([]);
  });

  async function lastOpening(): Promise<unknown> {
    const { value } = await gateway.tag(`${system}/lastBreakerOpenAt`);
    return Date.parse(String(value));
  }
});
