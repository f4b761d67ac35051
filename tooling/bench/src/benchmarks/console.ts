import { GatewayProcess, processUsage } from '@fieldwarden/acceptance';
import { ConsoleBrowser, type ConsolePage } from '@fieldwarden/acceptance/console';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Benchmark, BenchResult } from '../benchmark.js';
import { allHealthy } from '../hosts.js';
import { spread } from '../statistics.js';
import { ratesOf, watchAlso } from '../watched-page.js';

const drivers = 5;
const tagsPerDriver = 1_000;
const scanMs = 1_000;

/** Waves, so that every value is another one at every scan. */
const paths = Array.from({ length: drivers }, (_, driver) =>
  Array.from({ length: tagsPerDriver }, (_each, i) => `line-${driver}/value-${i}`),
);

function wavesPlant(): object {
  const tag = (path: string): object => ({
    path,
    address: 'sine?periodMs=60000&amplitude=25',
    dataType: 'float64',
    scanMs,
  });
  return {
    version: 1,
    site: 'bench',
    opcua: { enabled: false },
    drivers: paths.map((of, driver) => ({
      id: `line-${driver}`,
      type: 'simulator',
      devices: [{ id: 'waves', tags: of.map(tag) }],
    })),
  };
}

/**
 * SPEC §15: the console in a real browser before a real gateway: how soon it stands, whether 5,000 values in a second leave it fluid,
 * and what an open page costs the gateway. Peer: the same values read by asking `GET /tags` once in a second.
 */
export const console: Benchmark = {
  name: 'console',
  title: 'The web console in Chromium: first page, 5,000 values/s, cost of an open page',
  run: async ({ quick }) => {
    const windowMs = quick ? 5_000 : 20_000;
    await using gateway = await GatewayProcess.start(wavesPlant());
    await using browser = await ConsoleBrowser.start();
    await allHealthy(gateway);
    const page = await browser.signedIn(gateway);
    await standing(page);
    return [...(await pageReady(page, quick ? 3 : 10)), ...(await costs(gateway, page, windowMs))];
  },
};

/** Milliseconds from the navigation until the overview says how the drivers are; they are all well. */
async function standing({ page }: ConsolePage): Promise<number> {
  const stood = await page.waitForFunction(
    () => document.querySelector('.verdict h1')?.textContent === 'All is well' && performance.now(),
  );
  return (await stood.jsonValue()) as number;
}

async function pageReady(page: ConsolePage, rounds: number): Promise<BenchResult[]> {
  const browser = await page.page.context().newCDPSession(page.page);
  const measured = async (cacheDisabled: boolean): Promise<readonly number[]> => {
    await browser.send('Network.setCacheDisabled', { cacheDisabled });
    const values: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      await page.visit('/');
      values.push(await standing(page));
    }
    return values;
  };
  return [
    ...spread('overview with live data, nothing cached', await measured(true), { median: { atMost: 1_500 } }),
    ...spread('overview with live data, files cached', await measured(false)),
  ];
}

async function costs(gateway: GatewayProcess, page: ConsolePage, windowMs: number): Promise<BenchResult[]> {
  const cpu = async (work: Promise<unknown>): Promise<number> => await cpuPercentOf(gateway, work);
  await sleep(2_000); // the compiler's and the collector's first work
  const onOverview = await cpu(sleep(windowMs));
  await watchAlso(page, paths.flat());
  await page.visit('/tags?search=value');
  await page.says(page.page.getByRole('treegrid').getByRole('row').nth(1), /Good/, 60_000);
  const rates = ratesOf(page, windowMs);
  const onTags = await cpu(rates);
  await page.page.close();
  await sleep(1_000);
  const alone = await cpu(sleep(windowMs));
  const asked = await cpu(askEverySecond(gateway, windowMs));
  const { framesPerSecond, valuesPerSecond } = await rates;
  const core = '% of a core';
  return [
    { metric: 'overview open: CPU of the gateway', value: onOverview - alone, unit: core, target: { atMost: 3 } },
    { metric: '5,000 values/s on one page: heard', value: valuesPerSecond, unit: 'values/s', target: { atLeast: 4_900 } },
    { metric: '5,000 values/s on one page: frames', value: framesPerSecond, unit: 'frames/s', target: { atLeast: 30 } },
    {
      metric: '5,000 values/s on one page: CPU of the gateway',
      value: onTags - alone,
      unit: core,
      peer: { name: 'GET /tags once in a second', value: asked - alone },
    },
    { metric: 'nobody looks: CPU of the gateway', value: alone, unit: core },
  ]; // prettier-ignore
}

async function cpuPercentOf({ pid }: GatewayProcess, work: Promise<unknown>): Promise<number> {
  const before = processUsage(pid).cpuSeconds;
  const startMs = performance.now();
  await work;
  return ((processUsage(pid).cpuSeconds - before) * 100_000) / (performance.now() - startMs);
}

async function askEverySecond(gateway: GatewayProcess, windowMs: number): Promise<void> {
  for (const startMs = performance.now(); performance.now() - startMs < windowMs;) {
    const nextSecond = sleep(scanMs);
    for (const [driver] of paths.entries()) await gateway.get(`/tags?prefix=line-${driver}/&limit=${tagsPerDriver}`);
    await nextSecond;
  }
}
