import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { AuditLog, verifyAudit } from '@fieldwarden/audit';
import { nothingSecret, silentLogger, systemClock } from '@fieldwarden/core';
import type { AuditEntry } from '@fieldwarden/gateway-contract';
import { temporaryDirectory } from '@fieldwarden/testkit';
import type { Benchmark, BenchResult } from '../benchmark.js';

const entry: AuditEntry = {
  user: 'anna',
  via: 'opcua',
  action: 'write',
  subject: 'packaging/filler/setpoint',
  before: 60.5,
  after: 80.25,
  outcome: 'done',
  correlationId: '0123456789abcdef',
};

/** What a row costs who writes, and what a thousand writes a second cost the gateway. */
export const audit: Benchmark = {
  name: 'audit',
  title: 'rows of the audit: cost for who acts, and of a thousand writes a second',
  async run({ quick }): Promise<BenchResult[]> {
    await using home = await temporaryDirectory();
    const { path: folder } = home;
    await using log = new AuditLog({ folder, clock: systemClock, logger: silentLogger, redactor: nothingSecret });
    log.record(entry);
    await log.settled();
    const burst = await ofBurst(log, quick ? 5_000 : 10_000);
    const steady = await ofSteadyWrites(log, quick ? 3 : 10);
    return [...burst, ...steady, ...(await ofCheck(log, folder))];
  },
};

async function ofBurst(log: AuditLog, rows: number): Promise<BenchResult[]> {
  const begin = performance.now();
  const before = process.cpuUsage();
  for (let i = 0; i < rows; i += 1) log.record(entry);
  const recorded = performance.now();
  await log.settled();
  const settled = performance.now();
  const { user, system } = process.cpuUsage(before);
  return [
    { metric: 'record', value: ((recorded - begin) * 1_000) / rows, unit: 'µs' },
    { metric: 'CPU of a row', value: (user + system) / rows, unit: 'µs' },
    { metric: 'rows to disk', value: (rows * 1_000) / (settled - begin), unit: 'rows/s' },
  ];
}

/** Ten rows each 10 ms, as a thousand writes a second of several clients come. */
async function ofSteadyWrites(log: AuditLog, seconds: number): Promise<BenchResult[]> {
  const lag = monitorEventLoopDelay({ resolution: 1 });
  const idle = monitorEventLoopDelay({ resolution: 1 });
  idle.enable();
  await sleep(1_000);
  idle.disable();
  lag.enable();
  const begin = performance.now();
  const before = process.cpuUsage();
  for (let sent = 0; sent < seconds * 1_000;) {
    const due = Math.min(seconds * 1_000, Math.floor(performance.now() - begin));
    for (; sent < due; sent += 1) log.record(entry);
    await sleep(10);
  }
  await log.settled();
  const { user, system } = process.cpuUsage(before);
  lag.disable();
  const percent = (user + system) / 10 / (performance.now() - begin);
  return [
    { metric: '1,000 writes/s: CPU', value: percent, unit: '% of a core' },
    { metric: '1,000 writes/s: event loop p99', value: lag.percentile(99) / 1e6, unit: 'ms', peer: { name: 'idle', value: idle.percentile(99) / 1e6 } }, // prettier-ignore
  ];
}

async function ofCheck(log: AuditLog, folder: string): Promise<BenchResult[]> {
  await log.settled();
  const begin = performance.now();
  const { ok, rows } = await verifyAudit(folder);
  if (!ok) throw new Error('the audit is broken');
  return [{ metric: 'check', value: (rows * 1_000) / (performance.now() - begin), unit: 'rows/s' }];
}
