import type { RunFile } from '@fieldwarden/gateway-contract';
import { collectingLogger, temporaryDirectory } from '@fieldwarden/testkit';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { expect, it } from 'vitest';
import { HomeDirectory } from './home-directory.js';
import { RunFileKeeper } from './run-file.js';

const content: RunFile = {
  pid: 1,
  startedAt: '2030-01-01T00:00:00.000Z',
  opcuaPort: 1,
  healthPort: 2,
  adminPort: 3,
  adminProtocol: 'http',
};

it('follows ports that change, is written only then, and goes with the gateway', async () => {
  await using directory = await temporaryDirectory();
  using home = await HomeDirectory.claim(directory.path);
  const file = home.file('run.json');
  const kept = (): unknown => JSON.parse(readFileSync(file, 'utf8'));
  const keeper = new RunFileKeeper(home, content, collectingLogger());
  expect(kept()).toEqual(content);
  const { ino } = statSync(file);
  keeper.update({ opcuaPort: 1 });
  expect(statSync(file).ino).toBe(ino);
  keeper.update({ opcuaPort: null });
  expect(kept()).toEqual({ ...content, opcuaPort: null });
  keeper.update({ adminProtocol: 'https' });
  expect(kept()).toEqual({ ...content, opcuaPort: null, adminProtocol: 'https' });
  keeper[Symbol.dispose]();
  expect(existsSync(file)).toBe(false);
});

it('that the disk does not take is said once, ends nothing, and is made up for', async () => {
  await using directory = await temporaryDirectory();
  using home = await HomeDirectory.claim(directory.path);
  const logger = collectingLogger();
  mkdirSync(home.file('run.json', 'in the way'), { recursive: true });
  const keeper = new RunFileKeeper(home, content, logger);
  expect(logger.messages('error')).toHaveLength(1);
  rmSync(home.file('run.json'), { recursive: true });
  keeper.write();
  expect(JSON.parse(readFileSync(home.file('run.json'), 'utf8'))).toEqual(content);
});
