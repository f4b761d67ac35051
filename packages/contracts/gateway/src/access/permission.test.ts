import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { permissions, permissionsOf, roles } from './permission.js';

const page = readFileSync(new URL('../../../../../apps/docs/access.md', import.meta.url), 'utf8');

it('is what the page about security says, role by role', () => {
  for (const role of roles) {
    const row = page.split('\n').find((line) => line.startsWith(`| ${role} `));
    const said = [...(row ?? '').matchAll(/`(\w+)`/g)].map((match) => match[1]);
    expect(said).toEqual(permissions.filter((permission) => permissionsOf[role].has(permission)));
  }
});
