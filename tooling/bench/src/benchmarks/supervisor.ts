import { GatewayProcess, processUsage, type MeasuredUsage } from '@fieldwarden/acceptance';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Benchmark, BenchResult } from '../benchmark.js';
import { allHealthy, hostsPlant } from '../hosts.js';
import { Pm2, pm2Name } from '../peers/pm2.js';
import { median } from '../statistics.js';

const hosts = 100;

/** Nothing to poll: what remains is supervision. */
const scanMs = 3_600_000;

/**
 * SPEC §15: what it costs to watch 100 Hosts that do nothing. The same plant with every driver in-process is what the gateway costs
 * without them. Peer: a pm2 daemon with as many idle children.
 */
export const supervisor: Benchmark = {
  name: 'supervisor',
  title: `${hosts} idle Hosts: memory and CPU of supervision`,
  run: async ({ quick }) => {
    const windowMs = quick ? 10_000 : 60_000;
    const without = await idleGateway('in-process', windowMs);
    const withHosts = await idleGateway('host', windowMs);
    const peer = await idlePm2(windowMs);
    const beside = (value: number | undefined) => (value === undefined ? {} : { peer: { name: pm2Name, value } });
    return [
      {
        metric: 'resident memory above the base',
        value: (withHosts.residentBytes - without.residentBytes) / 1e6,
        unit: 'MB',
        target: { atMost: 100 },
      },
      { metric: 'resident memory of the gateway', value: withHosts.residentBytes / 1e6, unit: 'MB', ...beside(peer && peer.residentBytes / 1e6) },
      { metric: 'base: the same drivers in-process', value: without.residentBytes / 1e6, unit: 'MB' },
      { metric: 'CPU for supervision', value: withHosts.cpuPercent - without.cpuPercent, unit: '% of a core', target: { atMost: 3 }, ...beside(peer?.cpuPercent) },
      { metric: 'private memory of a Host, median', value: withHosts.hostPrivateBytes / 1e6, unit: 'MB', ...beside(peer && peer.hostPrivateBytes / 1e6) },
      { metric: 'CPU of all Hosts', value: withHosts.hostsCpuPercent, unit: '% of a core', ...beside(peer?.hostsCpuPercent) },
      { metric: 'Hosts lost or replaced meanwhile', value: withHosts.replaced, unit: 'Hosts', target: { atMost: 0 } },
    ] satisfies BenchResult[]; // prettier-ignore
  },
};

interface Idle {
  readonly residentBytes: number;
  readonly cpuPercent: number;
  readonly hostPrivateBytes: number;
  readonly hostsCpuPercent: number;
}

async function idleGateway(
  isolation: 'host' | 'in-process',
  windowMs: number,
): Promise<Idle & { readonly replaced: number }> {
  await using gateway = await GatewayProcess.start(hostsPlant({ hosts, scanMs, isolation }));
  await allHealthy(gateway);
  await sleep(5_000); // the compiler's and the collector's first work
  const pids = (await gateway.drivers()).map(({ pid }) => pid).filter((pid) => pid !== null);
  const idle = await idleProcesses(gateway.pid, pids, windowMs);
  const now = new Set((await gateway.drivers()).map(({ pid }) => pid));
  return { ...idle, replaced: pids.filter((pid) => !now.has(pid)).length };
}

async function idlePm2(windowMs: number): Promise<Idle | undefined> {
  await using pm2 = await Pm2.start(hosts);
  if (!pm2) return undefined;
  await sleep(5_000);
  return await idleProcesses(
    pm2.daemonPid,
    [...pm2.children().values()].map(({ pid }) => pid),
    windowMs,
  );
}

async function idleProcesses(parent: number, children: readonly number[], windowMs: number): Promise<Idle> {
  const startMs = performance.now();
  const before = [parent, ...children].map(processUsage);
  await sleep(windowMs);
  const after = [parent, ...children].map(processUsage);
  const elapsedSeconds = (performance.now() - startMs) / 1_000;
  const cpuPercent = after.map((usage, i) => (100 * (usage.cpuSeconds - before[i].cpuSeconds)) / elapsedSeconds);
  const [parentUsage, ...childUsages]: readonly MeasuredUsage[] = after;
  return {
    residentBytes: parentUsage.residentBytes,
    cpuPercent: cpuPercent[0],
    hostPrivateBytes: median(childUsages.map(({ privateBytes }) => privateBytes)),
    hostsCpuPercent: cpuPercent.slice(1).reduce((sum, percent) => sum + percent, 0),
  };
}
