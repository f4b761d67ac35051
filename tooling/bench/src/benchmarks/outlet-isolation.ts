import { GatewayProcess, processUsage } from '@fieldwarden/acceptance';
import { SubscribedClients } from '@fieldwarden/acceptance/opcua';
import { waitFor } from '@fieldwarden/testkit';
import { AttackedGateway, type AttackName, type OutletIsolation, type Load, type Scans } from '../attacked-gateway.js';
import type { Benchmark, BenchResult } from '../benchmark.js';
import { median, quantile, spread } from '../statistics.js';

/** Browse comes last: an in-process server does not survive it. */
const attackNames: Readonly<Record<AttackName, string>> = {
  handshakes: 'handshake storm',
  subscriptions: '2,000 subscriptions',
  deaf: 'clients that never read',
  browse: 'Browse of 240 kB',
};

interface Sizes {
  readonly tags: number;
  readonly windowMs: number;
  readonly clients: number;
  readonly kills: number;
  readonly starts: number;
}

const full: Sizes = { tags: 100_000, windowMs: 30_000, clients: 50, kills: 5, starts: 3 };
const short: Sizes = { tags: 10_000, windowMs: 6_000, clients: 10, kills: 1, starts: 1 };

/** Of the same work with the server in a Host and in the gateway. */
interface Measured {
  readonly calm: Scans & Load;
  readonly attacked: ReadonlyMap<AttackName, Scans & Load>;
  readonly readyMs: readonly number[];
  /** Of an idle server's Host, with all tags; null in-process. */
  readonly hostBytes: number | null;
  /** From the kill of the Host to each client's next value. */
  readonly backMs: readonly number[];
}

/**
 * SPEC §15, §16.4: strangers do to the OPC UA server what they like, and the PLCs, a process of their own, see no scan later for it. The
 * peer is the same gateway with `opcua: { isolation: in-process }`.
 */
export const outletIsolation: Benchmark = {
  name: 'outlet-isolation',
  title: 'hostile OPC UA clients against the scans of polled tags, the server in a Host and in the gateway',
  async run({ quick }): Promise<BenchResult[]> {
    const sizes = quick ? short : full;
    const inProcess = await measure('in-process', sizes);
    const host = await measure('host', sizes);
    return [
      ...scanRows(host, inProcess),
      ...(await costRows(host, inProcess, sizes)),
      ...spread('Host killed → each client has values', host.backMs, { slowest: { atMost: 3_000 } }),
    ];
  },
};

async function measure(
  isolation: OutletIsolation,
  { tags, windowMs, clients, kills, starts }: Sizes,
): Promise<Measured> {
  const readyMs = await timesToReady(isolation, tags, starts);
  await using attacked = await AttackedGateway.start(isolation, tags);
  const calm = await attacked.during(undefined, windowMs);
  const hostBytes = bytesOf(await attacked.hostPid());
  const backMs: number[] = [];
  for (let kill = 0; isolation === 'host' && kill < kills; kill += 1) {
    backMs.push(...(await killed(attacked, clients)));
    await attacked.restartServer();
  }
  const found = new Map<AttackName, Scans & Load>();
  for (const attack of Object.keys(attackNames) as AttackName[]) {
    found.set(attack, await attacked.during(attack, windowMs));
    await attacked.restartServer();
  }
  if (isolation === 'in-process') await attacked.kill();
  return { calm, attacked: found, readyMs, hostBytes, backMs };
}

/** How long each client was without values. */
async function killed(attacked: AttackedGateway, count: number): Promise<readonly number[]> {
  const { port, tags } = attacked.server;
  await using clients = await SubscribedClients.connect(port, tags, count);
  const { pid } = await attacked.service();
  const killedAtMs = performance.now();
  process.kill(pid!, 'SIGKILL');
  await waitFor(async () => (await attacked.service()).pid !== pid, { what: 'the end of the Host', intervalMs: 5 });
  return (await clients.firstValues()).map((atMs) => atMs - killedAtMs);
}

/** From the command to all ports, started from what was published. */
async function timesToReady(isolation: OutletIsolation, tags: number, starts: number): Promise<readonly number[]> {
  await using attacked = await AttackedGateway.start(isolation, tags);
  const { home } = attacked.gateway;
  await attacked.gateway.stop();
  const timesMs: number[] = [];
  for (let start = 0; start < starts; start += 1) {
    const startMs = performance.now();
    const gateway = await GatewayProcess.launch({ home });
    timesMs.push(performance.now() - startMs);
    await gateway.stop();
  }
  return timesMs;
}

function scanRows(host: Measured, inProcess: Measured): BenchResult[] {
  const p99 = ({ pausesMs }: Scans): number => quantile(pausesMs, 0.99);
  const growth = ({ calm, attacked }: Measured, attack: AttackName): number =>
    100 * (p99(attacked.get(attack)!) / p99(calm) - 1);
  const beside = (value: number) => ({ peer: { name: 'in-process', value } });
  const rows = (Object.keys(attackNames) as AttackName[]).flatMap((attack): BenchResult[] => {
    const name = attackNames[attack];
    const [here, there] = [host.attacked.get(attack)!, inProcess.attacked.get(attack)!];
    return [
      { metric: `${name}: scan interval, p99`, value: p99(here), unit: 'ms', ...beside(p99(there)) },
      {
        metric: `${name}: growth of that p99`,
        value: growth(host, attack),
        unit: '%',
        target: { atMost: 2 },
        ...beside(growth(inProcess, attack)),
      },
      {
        metric: `${name}: drivers off scan`,
        value: here.lost,
        unit: 'of 10',
        target: { atMost: 0 },
        ...beside(there.lost),
      },
      {
        metric: `${name}: memory of the gateway`,
        value: here.gatewayBytes / 1e6,
        unit: 'MB',
        ...beside(there.gatewayBytes / 1e6),
      },
      {
        metric: `${name}: CPU of the gateway`,
        value: here.gatewayPercent,
        unit: '% of a core',
        ...beside(there.gatewayPercent),
      },
      { metric: `${name}: blows`, value: here.blows, unit: '', ...beside(there.blows) },
    ];
  });
  return [
    { metric: 'no attack: scan interval, p99', value: p99(host.calm), unit: 'ms', ...beside(p99(inProcess.calm)) },
    ...rows,
  ];
}

/** All tags change once a second. */
async function costRows(host: Measured, inProcess: Measured, { tags }: Sizes): Promise<BenchResult[]> {
  const mirrorPercent = host.calm.gatewayPercent + (host.calm.hostPercent ?? 0) - inProcess.calm.gatewayPercent;
  const emptyBytes = await emptyHostBytes();
  return [
    {
      metric: 'no client: CPU of both sides of the mirror',
      value: mirrorPercent,
      unit: '% of a core',
      target: { atMost: 3 },
    },
    { metric: 'private memory of the Host, few tags', value: emptyBytes / 1e6, unit: 'MB' },
    {
      metric: 'private memory of the Host, for each tag',
      value: ((host.hostBytes ?? 0) - emptyBytes) / tags,
      unit: 'B',
      target: { atMost: 1_200 },
    },
    {
      metric: 'command → ready',
      value: median(host.readyMs),
      unit: 'ms',
      peer: { name: 'in-process', value: median(inProcess.readyMs) },
    },
  ];
}

async function emptyHostBytes(): Promise<number> {
  await using few = await AttackedGateway.start('host', 100);
  return bytesOf(await few.hostPid()) ?? 0;
}

function bytesOf(pid: number | null): number | null {
  return pid === null ? null : processUsage(pid).privateBytes;
}
