import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseNodeAddress } from './address/node-address.js';
import { opcUaOptions } from './options.js';
import { profileNames } from './profiles.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

test('the example of the README has addresses and options that the driver takes', () => {
  const addresses = [...readme.matchAll(/address: '([^']*)'/g)].map(([, address]) => address);
  expect(addresses).toHaveLength(4);
  for (const address of addresses) expect(() => parseNodeAddress(address)).not.toThrow();
  const url = /endpointUrl: '([^']*)'/.exec(readme)![1];
  expect(opcUaOptions.safeParse({ endpointUrl: url }).success).toBe(true);
});

test.each(profileNames)('the README tells of the profile %s', (name) => {
  expect(readme).toContain(`\`${name}\``);
});
