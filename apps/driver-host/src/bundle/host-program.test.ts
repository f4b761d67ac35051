import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import modbusDriver, { modbusRtuDriver } from '@fieldwarden/driver-modbus';
import chaosDriver from '@fieldwarden/driver-chaos';
import mqttDriver from '@fieldwarden/driver-mqtt';
import opcUaClientDriver from '@fieldwarden/driver-opcua-client';
import { s7Driver } from '@fieldwarden/driver-s7';
import simulatorDriver from '@fieldwarden/driver-simulator';
import { collectingLogger, temporaryDirectory, type TemporaryDirectory } from '@fieldwarden/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freshBundle } from '../test-drivers/fresh-bundle.js';
import { bundleFile, contentHash } from './bundle-file.js';
import { hostProgram, plainHostProgram, type BundlePlace } from './host-program.js';

let directory: TemporaryDirectory;
let place: BundlePlace;
let definition: string;

beforeEach(async () => {
  directory = await temporaryDirectory();
  place = { root: directory.path, folder: join(directory.path, 'bundled') };
  definition = pathToFileURL(join(place.root, 'driver.js')).href;
  await mkdir(place.folder);
  await writeFile(join(place.root, 'driver.js'), 'export default 1;');
  await writeFile(join(place.root, 'session.js'), 'export default 2;');
  const inputs = ['driver.js', 'session.js'];
  const file = { entries: { 'driver.js': 'acme.js' }, inputs, hash: contentHash(place.root, inputs) };
  await writeFile(join(place.folder, bundleFile), JSON.stringify(file));
});

afterEach(() => directory[Symbol.asyncDispose]());

describe('a bundle', () => {
  it('stands for the drivers that are in it; any other is loaded as it is', () => {
    const logger = collectingLogger();
    const { hostMain, entryOf } = hostProgram(logger, place);
    expect(hostMain).toBe(join(place.folder, 'main.js'));
    expect(entryOf(definition)).toBe(pathToFileURL(join(place.folder, 'acme.js')).href);
    expect(entryOf('file:///opt/acme/driver.js')).toBe('file:///opt/acme/driver.js');
    expect(logger.records).toEqual([]);
  });

  it.each([
    ['a module that went in has changed since', () => appendFile(join(place.root, 'session.js'), '\n')],
    ['it is damaged', () => writeFile(join(place.folder, bundleFile), '{')],
    ['there is none', () => (place = { ...place, folder: join(place.root, 'nowhere') })],
  ])('is not used when %s, and that is said', async (_, spoil) => {
    await spoil();
    const logger = collectingLogger();
    expect(hostProgram(logger, place)).toBe(plainHostProgram);
    expect(logger.records.map(({ message }) => message)).toEqual([expect.stringContaining('npm run build makes it')]);
    expect(plainHostProgram.entryOf(definition)).toBe(definition);
  });
});

it('the one that the build makes has every built-in driver', () => {
  const logger = collectingLogger();
  using bundle = freshBundle(logger);
  expect(logger.records).toEqual([]);
  for (const { entry } of [
    chaosDriver,
    modbusDriver,
    modbusRtuDriver,
    mqttDriver,
    opcUaClientDriver,
    s7Driver,
    simulatorDriver,
  ])
    expect(bundle.entryOf(entry)).not.toBe(entry);
});
