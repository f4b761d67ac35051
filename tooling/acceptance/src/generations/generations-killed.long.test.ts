import { temporaryDirectory } from '@fieldwarden/testkit';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { GatewayProcess } from '../processes/gateway-process.js';
import { GenerationRequests } from './generation-requests.js';
import { numberedPlant, runningNumbers } from './numbered-plant.js';

const rounds = process.env.FIELDWARDEN_LONG === '1' ? 200 : 6;

async function currentOf(home: string): Promise<number> {
  return Number((await readFile(join(home, 'config', 'numbers', 'CURRENT'), 'utf8')).split(' ')[0]);
}

/** How long a publish takes here, so that the kills fall before, into and behind it. */
async function publishTakesMs(gateway: GatewayProcess): Promise<number> {
  const startMs = performance.now();
  await new GenerationRequests(gateway).published(numberedPlant(1));
  return performance.now() - startMs;
}

describe('a gateway that is killed while it publishes (§7.3)', () => {
  const title = `runs the old or the new one whole after each of ${rounds} kills, and everybody agrees which`;
  it(title, { timeout: 60_000 + rounds * 5_000 }, async () => {
    await using directory = await temporaryDirectory();
    const home = directory.path;
    let gateway = await GatewayProcess.launch({ home, plant: numberedPlant(0) });
    try {
      const takesMs = await publishTakesMs(gateway);
      let number = 1;
      for (let next = 2; next < 2 + rounds; next += 1) {
        const publish = new GenerationRequests(gateway).publish(numberedPlant(next)).catch(() => undefined);
        await sleep(Math.random() * 1.5 * takesMs);
        await gateway.kill();
        const answer = await publish;
        gateway = await GatewayProcess.launch({ home });
        const numbers = await runningNumbers(gateway);
        expect(numbers).toHaveLength(1);
        expect([number, next]).toContain(numbers[0]);
        if (answer?.status === 200) expect(numbers).toEqual([next]);
        [number] = numbers;
        await everybodyAgrees(gateway);
      }
    } finally {
      await gateway.kill();
    }
  });
});

/** Status, authority and CURRENT. */
async function everybodyAgrees(gateway: GatewayProcess): Promise<void> {
  const { generation, config, usingStaleConfig } = await gateway.status();
  expect({ held: config?.held, usingStaleConfig }).toEqual({ held: null, usingStaleConfig: false });
  expect((await new GenerationRequests(gateway).list())[0].generation).toBe(generation);
  expect(await currentOf(gateway.home)).toBe(generation);
}
