import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runCli } from '@fieldwarden/acceptance';
import { temporaryDirectory, waitFor } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { Container } from './container.js';
import { parseDockerfile } from './dockerfile.js';
import { parseUnitFile } from './unit-file.js';

const root = resolve(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const plantText = (periodMs: number): string => `# as the machine came
version: 1
site: hall
opcua: { enabled: false }
drivers:
  - { id: demo, type: simulator, devices: [ { id: w, tags: [ { path: demo/w/sine, address: "sine?periodMs=${periodMs}", dataType: float32 } ] } ] }
`;

/** What each way of starting runs: script and arguments for Node. The last of them is the plant file. */
const commands: readonly (readonly [way: string, words: readonly string[]])[] = [
  ['the systemd unit', unitWords()],
  ['the image', [...imageWords('ENTRYPOINT').slice(1), ...imageWords('CMD')]],
  ['docker compose', [...imageWords('ENTRYPOINT').slice(1), ...composeCommand()]],
];

/** `node_modules/.bin/fieldwarden` is a link to the launcher. */
function unitWords(): readonly string[] {
  const [command] = parseUnitFile(read('tooling/deploy/systemd/fieldwarden.service')).Service.ExecStart;
  return command.replace(/^\S+\/fieldwarden /, 'apps/cli/bin/fieldwarden.mjs ').split(' ');
}

function imageWords(name: string): readonly string[] {
  const { instructions } = parseDockerfile(read('tooling/deploy/Dockerfile')).stages.at(-1)!;
  return JSON.parse(instructions.find((each) => each.name === name)!.text) as string[];
}

function composeCommand(): readonly string[] {
  return (parse(read('docker-compose.yml')) as { services: { gateway: { command: string[] } } }).services.gateway
    .command;
}

/** With another plant, and without the options of drivers and services that only the lab's plant has. */
function startOf(words: readonly string[], plant: string): readonly string[] {
  const at = words.indexOf('--plant');
  expect(words[at - 1]).toBe('up');
  for (let i = at + 2; i < words.length; i += 2) expect(words[i]).toBe('--driver-option');
  return [process.execPath, ...words.slice(0, at + 1), plant];
}

it.each(commands)(
  '%s: what was published while it ran survives the next start, which says that the file differs',
  async (_way, words) => {
    await using folder = await temporaryDirectory();
    const plant = join(folder.path, 'plant.yaml');
    writeFileSync(plant, plantText(60_000));
    const env = {
      ...process.env,
      FIELDWARDEN_HOME: join(folder.path, 'home'),
      ...Object.fromEntries(['OPCUA', 'HEALTH', 'ADMIN'].map((name) => [`FIELDWARDEN_${name}_PORT`, '0'])),
    };
    const cli = async (...args: readonly string[]) => await runCli([...args, '--home', env.FIELDWARDEN_HOME]);
    const runs = async (generation: number): Promise<void> => {
      const isRunning = async (): Promise<boolean> => {
        const { code, stdout } = await cli('status', '--json');
        return code === 0 && (JSON.parse(stdout) as { generation: number }).generation === generation;
      };
      await waitFor(isRunning, { what: `generation ${generation}`, timeoutMs: 60_000, intervalMs: 200 });
    };
    {
      await using first = await Container.run(startOf(words, plant), root, env);
      await runs(1);
      const changed = join(folder.path, 'changed.yaml');
      writeFileSync(changed, plantText(30_000));
      expect((await cli('config', 'publish', changed, '-m', 'by hand')).code).toBe(0);
      first.signal('SIGTERM');
      expect(await first.ended()).toBe(0);
    }
    await using second = await Container.run(startOf(words, plant), root, env);
    await runs(2);
    expect((await cli('config', 'show')).stdout).toBe(plantText(30_000));
    await waitFor(() => second.output.includes('is not what runs'), { what: 'a word about the file' });
    second.signal('SIGTERM');
    expect(await second.ended()).toBe(0);
  },
  240_000,
);
