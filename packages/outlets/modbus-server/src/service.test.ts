import { readFileSync } from 'node:fs';
import { ServiceRegistry } from '@fieldwarden/service';
import { expect, it } from 'vitest';
import { z } from 'zod';
import modbusServer from './service.js';

it('is a service that the registry takes', () => {
  const registry = new ServiceRegistry();
  registry.register(modbusServer);
  expect(registry.ofSection('modbusServer')).toBeDefined();
});

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8').replaceAll(/ +/g, ' ');

it('describes every field, with a default unless it is needed, and the README says the same', () => {
  const wrong: string[] = [];
  const visit = (at: string, { properties = {}, items, required = [] }: JsonSchema): void => {
    for (const [name, field] of Object.entries(properties)) {
      const { description = '' } = field;
      const isNeeded = required.includes(name);
      const inReadme = readme.includes(`| \`${name}\`${isNeeded ? ' *needed*' : ''} | ${description} |`);
      if (!description || !inReadme || isNeeded === description.includes('Default:')) wrong.push(`${at}${name}`);
      visit(`${at}${name}.`, field);
    }
    if (items) visit(at, items);
  };
  visit('', z.toJSONSchema(modbusServer.schema, { io: 'input' }) as JsonSchema);
  expect(wrong).toEqual([]);
});

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema & { readonly description?: string }>>;
  readonly items?: JsonSchema;
  readonly required?: readonly string[];
}

it('takes over everything but the port and its frames while it runs', () => {
  const settings = (more: object) =>
    modbusServer.schema.parse(more) as Parameters<typeof modbusServer.create>[0]['settings'];
  const before = settings({});
  expect(
    modbusServer.changesLive!(before, settings({ units: [{ unitId: 5 }], allow: ['::1'], maxConnections: 2 })),
  ).toBe(true);
  expect(modbusServer.changesLive!(before, settings({ port: 502 }))).toBe(false);
  expect(modbusServer.changesLive!(before, settings({ framing: 'rtu-over-tcp' }))).toBe(false);
});
