import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { chaosAddresses } from './address.js';
import { commandNames } from './command.js';
import { chaosOptions } from './options.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** The first cells of all tables. */
const described = [...readme.matchAll(/^\| ([^|]*) \|/gm)].flatMap(([, cell]) => cell.match(/[\w:-]+/g) ?? []);

test.each(commandNames)('the README says what the command %s does', (name) => {
  expect(described.some((word) => word === name || word.startsWith(`${name}:`))).toBe(true);
});

test.each([...chaosAddresses, ...Object.keys(chaosOptions.shape)])('the README describes %s', (name) => {
  expect(described).toContain(name);
});
