import { readFileSync } from 'node:fs';
import { parseDataType } from '@fieldwarden/core';
import { expect, test } from 'vitest';
import mqttDriver from './driver.js';
import { mqttDeviceOptions, mqttOptions } from './options.js';
import { mqttAddress } from './tag-address.js';
import { mqttTagOptions } from './tag-options.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

test('the example of the README has addresses and options that the driver takes', () => {
  const lines = readme.slice(readme.indexOf('```yaml'), readme.indexOf('## Addresses'));
  const addresses = [...lines.matchAll(/address: (?:'([^']*)'|([^,\n]*))/g)].map(
    ([, quoted, bare]) => quoted ?? bare.trim(),
  );
  expect(addresses).toHaveLength(4);
  for (const address of addresses)
    mqttAddress(address, { type: parseDataType('string')!, deviceOptions: mqttDeviceOptions.parse({}) });
  expect(mqttDriver.options.safeParse({ url: 'mqtt://127.0.0.1:1883', silentAfterMs: 60_000 }).success).toBe(true);
});

test.each(['silentAfterMs', 'retained', 'session', 'browse', 'url'])('the README tells of the option %s', (name) => {
  expect(Object.keys(mqttOptions.shape)).toContain(name);
  expect(readme).toContain(name);
});

test.each(Object.keys(mqttTagOptions.shape))('the README tells of the option %s of tags', (name) => {
  expect(readme).toContain(name);
});
