import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
  alarmTags,
  deviceTags,
  driverTags,
  gatewayTags,
  serviceTags,
  type SystemTagSpec,
} from './system-tags/system-tag-catalogue.js';

const readme = readFileSync(new URL('../../src/status/README.md', import.meta.url), 'utf8');

it('the README lists the system tags as they are (§8.5)', () => {
  const row = ({ name, type, unit = '', description, access }: SystemTagSpec<never>): string =>
    `| \`${name}\` | ${type} | ${unit} | ${description}${access ? ' (writable)' : ''} |`;
  const sections = readme.split(/^`_system\/.*…`$/m).slice(1);
  const listed = sections.map((section) => section.split('\n').filter((line) => line.startsWith('| `')));
  expect(listed).toEqual([
    gatewayTags.map(row),
    driverTags.map(row),
    deviceTags.map(row),
    serviceTags.map(row),
    alarmTags.map(row),
  ]);
});
