import { GatewayProcess, JsonLinesProcess, processUsage } from '@fieldwarden/acceptance';
import type { PublishAnswer } from '@fieldwarden/admin-contract';
import { documentToYaml, type PlantDocument } from '@fieldwarden/config';
import { readFileSync, writeFileSync } from 'node:fs';
import type { BenchResult } from './benchmark.js';
import { pollPlant, responder } from './poll-plant.js';

const connections = 10;

/** As the systemd unit, the image and `up --detach` start it: freed blocks go back to the system. */
const returnsMemory = { MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' };

type Plant = ReturnType<typeof pollPlant>;

/** As editors, scripts and other programs write a plant. */
const notations: readonly (readonly [name: string, write: (plant: Plant) => string])[] = [
  ['YAML, a field a line', blockText],
  ['YAML, a tag a line', (plant) => documentToYaml(plant as PlantDocument)],
  ['JSON', (plant) => JSON.stringify(plant, undefined, 1)],
];

const title = (tags: number, notation: string): string => `${tags.toLocaleString('en-GB')} tags as text, ${notation}`;

/** A gateway without tags gets all of them, as text, in one publish. From the POST to the answer; memory of the whole process at its highest. */
export async function measureTexts(tags: number): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  for (const [notation, write] of notations) {
    const { tookMs, cpuMs, peakMegabytes } = await measureText(tags, write);
    results.push(
      { metric: `${title(tags, notation)}: POST to applied`, value: tookMs, unit: 'ms', target: { atMost: 4_000 } },
      { metric: `${title(tags, notation)}: processor time`, value: cpuMs, unit: 'ms' },
      { metric: `${title(tags, notation)}: highest memory`, value: peakMegabytes, unit: 'MB', target: { atMost: 600 } },
    );
  }
  return results;
}

interface Measured {
  readonly tookMs: number;
  readonly cpuMs: number;
  readonly peakMegabytes: number;
}

async function measureText(tags: number, write: (plant: Plant) => string): Promise<Measured> {
  const perDriver = tags / connections;
  await using plcs = new JsonLinesProcess(responder, [
    ...['--listeners', String(connections), '--registers', String(2 * perDriver + 2)],
  ]);
  const { ports } = await plcs.next<{ ports: readonly number[] }>();
  await using gateway = await GatewayProcess.launch({ plant: pollPlant(ports, 0), env: returnsMemory });
  const body = JSON.stringify({ message: 'bench', text: write(pollPlant(ports, perDriver)) });
  writeFileSync(`/proc/${gateway.pid}/clear_refs`, '5'); // the highest resident size begins anew
  const before = processUsage(gateway.pid).cpuSeconds;
  const startMs = performance.now();
  const { status, body: answer } = await gateway.ask<PublishAnswer>('POST', '/config/publish', body);
  const tookMs = performance.now() - startMs;
  if (status !== 200 || !answer.published)
    throw new Error(`the publish failed with ${status}: ${JSON.stringify(answer)}`);
  const cpuMs = 1_000 * (processUsage(gateway.pid).cpuSeconds - before);
  return { tookMs, cpuMs, peakMegabytes: highestBytes(gateway.pid) / 1e6 };
}

/** Resident size at its highest. Linux only. */
function highestBytes(pid: number): number {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return 1_024 * Number(kilobytes);
}

/** As libraries write it. */
function blockText({ drivers, ...rest }: Plant): string {
  const lines = [...Object.entries(rest).map(([name, value]) => `${name}: ${JSON.stringify(value)}`), 'drivers:'];
  for (const { devices, ...driver } of drivers) {
    const [{ tags, ...device }] = devices;
    lines.push(...listItem(driver, '  '), '    devices:', ...listItem(device, '      '), '        tags:');
    for (const tag of tags) lines.push(...listItem(tag, '          '));
  }
  return `# bench\n${lines.join('\n')}\n`;
}

function listItem(value: object, indent: string): readonly string[] {
  const lines = Object.entries(value).map(([name, field]) => {
    const isWord = typeof field === 'string' && /^[A-Za-z]/.test(field);
    return `${name}: ${isWord ? field : JSON.stringify(field)}`;
  });
  return lines.map((line, i) => `${indent}${i === 0 ? '- ' : '  '}${line}`);
}
