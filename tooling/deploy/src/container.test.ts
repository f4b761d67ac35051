import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isAlive, runCli } from '@fieldwarden/acceptance';
import { temporaryDirectory, waitFor } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import { Container } from './container.js';
import { parseDockerfile } from './dockerfile.js';
import { stopLimitMs, stubbornPlant } from './stubborn-plant.js';

const root = resolve(import.meta.dirname, '../../..');
const dockerfile = parseDockerfile(readFileSync(resolve(import.meta.dirname, '../Dockerfile'), 'utf8'));
const words = (name: string): readonly string[] =>
  JSON.parse(dockerfile.stages.at(-1)!.instructions.find((each) => each.name === name)!.text) as string[];

/** The image's own entry point, run by this Node, on ports of its own choice. */
function entryPoint(plant: string): readonly string[] {
  const [node, ...script] = words('ENTRYPOINT');
  expect(node).toBe('node');
  return [process.execPath, ...script, 'up', '--plant', plant];
}

it("the image's command as process 1 ends within 20 s of SIGTERM with exit code 0, although a Host refuses, and leaves nothing", async () => {
  await using folder = await temporaryDirectory();
  const plant = join(folder.path, 'plant.yaml');
  const runFile = join(folder.path, 'run.json');
  writeFileSync(plant, JSON.stringify(stubbornPlant));
  const env = {
    ...process.env,
    FIELDWARDEN_HOME: folder.path,
    ...Object.fromEntries(['OPCUA', 'HEALTH', 'ADMIN'].map((name) => [`FIELDWARDEN_${name}_PORT`, '0'])),
  };
  await using container = await Container.run(entryPoint(plant), root, env);
  await waitFor(async () => (await stateOf(folder.path)) === 'Healthy', { what: 'the driver', timeoutMs: 30_000 });
  await waitFor(() => existsSync(runFile), { what: 'run.json' });
  expect(JSON.parse(readFileSync(runFile, 'utf8'))).toMatchObject({ pid: 1 });
  const inside = container.processes().map(({ pid }) => pid);
  expect(inside.length).toBeGreaterThanOrEqual(2);
  const signalledMs = performance.now();
  container.signal('SIGTERM');
  expect(await container.ended()).toBe(0);
  expect(performance.now() - signalledMs).toBeLessThan(stopLimitMs);
  expect(inside.filter(isAlive)).toEqual([]);
  expect(existsSync(runFile)).toBe(false);
}, 60_000);

async function stateOf(home: string): Promise<string | undefined> {
  const { code, stdout } = await runCli(['list', '--json', '--home', home]);
  if (code !== 0) return undefined;
  const { drivers } = JSON.parse(stdout) as { drivers: readonly { state: string }[] };
  return drivers[0].state;
}
