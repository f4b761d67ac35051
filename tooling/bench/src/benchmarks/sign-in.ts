import { GatewayProcess, JsonLinesProcess } from '@fieldwarden/acceptance';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Benchmark, BenchResult } from '../benchmark.js';
import { allHealthy } from '../hosts.js';
import { pollPlant, responder } from '../poll-plant.js';
import { fileReads, signInFrom, storm, stormPassword, type Answered } from '../sign-in-storm.js';
import { median, quantile, spread } from '../statistics.js';

const connections = 10;
const tagsEach = 1_000;
const people = Array.from({ length: 20 }, (_, i) => `person${i}`);

/** Of one storm: what the machine needs for 20 hashes, and some rest. */
const stormMs = 3_000;

/**
 * SPEC §13.1: password hashes are made one at a time, so that 20 people who sign in at once delay no scan, and nobody who reads a file. The PLCs, a
 * process of their own, see the scans; the file is the console's page. An unknown name takes as long as a wrong password.
 */
export const signIn: Benchmark = {
  name: 'sign-in',
  title: '20 sign-ins at once against the scans of 10,000 polled tags and against reading files',
  async run({ quick }): Promise<BenchResult[]> {
    const storms = quick ? 2 : 8;
    const options = ['--listeners', String(connections), '--registers', String(2 * tagsEach)];
    await using plcs = new JsonLinesProcess(responder, options);
    const { ports } = await plcs.next<{ readonly ports: readonly number[] }>();
    await using gateway = await GatewayProcess.start(pollPlant(ports, tagsEach));
    await allHealthy(gateway);
    for (const name of people) {
      const made = await gateway.ask('POST', '/users', { name, password: stormPassword, role: 'viewer' });
      if (made.status !== 200) throw new Error(`no account ${name}: ${JSON.stringify(made.body)}`);
    }
    await storm(gateway, people); // the compiler's first work
    await sleep(3_000);
    const calm = await intervalsWhile(plcs, () => sleep(storms * stormMs));
    const stormy: Answered[] = [];
    const filesMs: number[] = [];
    const pausesMs = await intervalsWhile(plcs, async () => {
      for (let round = 0; round < storms; round += 1) {
        const rest = sleep(stormMs);
        const all = storm(gateway, people);
        filesMs.push(...(await fileReads(gateway, all)));
        stormy.push(...(await all));
        await rest;
      }
    });
    return [
      ...spread(
        '20 at once: sign-in',
        stormy.map(({ ms }) => ms),
      ),
      {
        metric: '20 at once: sent away',
        value: stormy.filter(({ status }) => status !== 200).length,
        unit: 'sign-ins',
        target: { atMost: 0 },
      },
      ...scanRows(calm, pausesMs),
      ...spread('page of the console meanwhile', filesMs, { slowest: { atMost: 50 } }),
      ...(await guessRows(gateway, quick ? 8 : 20)),
    ];
  },
};

/** Pauses between scans of all PLCs, ms. */
async function intervalsWhile(plcs: JsonLinesProcess, work: () => Promise<unknown>): Promise<readonly number[]> {
  await plcs.ask({ command: 'reset' });
  await work();
  const { readAtMs } = await plcs.ask<{ readonly readAtMs: readonly (readonly number[])[] }>({ command: 'times' });
  return readAtMs.flatMap((times) => times.slice(1).map((time, i) => time - times[i]));
}

function scanRows(calm: readonly number[], stormy: readonly number[]): readonly BenchResult[] {
  const [before, meanwhile] = [quantile(calm, 0.99), quantile(stormy, 0.99)];
  return [
    {
      metric: 'scan interval meanwhile, p99',
      value: meanwhile,
      unit: 'ms',
      peer: { name: 'nobody signs in', value: before },
    },
    { metric: 'scan interval, rise of p99', value: 100 * (meanwhile / before - 1), unit: '%', target: { atMost: 2 } },
  ];
}

/** Turn by turn, each from an address of its own: nobody waits because of another's guess. */
async function guessRows(gateway: GatewayProcess, rounds: number): Promise<readonly BenchResult[]> {
  const [wrong, unknown]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    wrong.push((await signInFrom(gateway, people[round], 'a wrong one here', `127.0.4.${round + 1}`)).ms);
    unknown.push((await signInFrom(gateway, `nobody${round}`, 'a wrong one here', `127.0.5.${round + 1}`)).ms);
  }
  const known = { name: 'wrong password', value: median(wrong) };
  return [{ metric: 'unknown name refused, median', value: median(unknown), unit: 'ms', peer: known }];
}
