import { readFileSync } from 'node:fs';
import { ServiceRegistry } from '@fieldwarden/service';
import { expect, it } from 'vitest';
import { z } from 'zod';
import mqttOutlet from './service.js';

it('is a service that the registry takes', () => {
  const registry = new ServiceRegistry();
  registry.register(mqttOutlet);
  expect(registry.ofSection('mqtt')).toBeDefined();
});

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8').replaceAll(/ +/g, ' ');

it('describes every field, with a default unless it is needed, and the README says the same', () => {
  const wrong: string[] = [];
  const visit = (at: string, { properties = {}, items, anyOf = [], required = [] }: JsonSchema): void => {
    for (const either of anyOf) visit(at, either);
    for (const [name, field] of Object.entries(properties)) {
      const { description = '' } = field;
      const isNeeded = required.includes(name);
      const inReadme = readme.includes(`| \`${at}${name}\`${isNeeded ? ' *needed*' : ''} | ${description} |`);
      if (!description || !inReadme || isNeeded === description.includes('Default:')) wrong.push(`${at}${name}`);
      visit(`${at}${name}.`, field);
    }
    if (items) visit(at, items);
  };
  visit('', z.toJSONSchema(mqttOutlet.schema, { io: 'input' }) as JsonSchema);
  expect(wrong).toEqual([]);
});

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema & { readonly description?: string }>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly required?: readonly string[];
}

it('takes over what is published, window and limits while it stays connected', () => {
  const settings = (more: object) =>
    mqttOutlet.schema.parse({ url: 'mqtt://x', ...more }) as Parameters<typeof mqttOutlet.create>[0]['settings'];
  const before = settings({});
  const live = settings({ publish: { qos: 0 }, window: 5, outbox: { maxMessages: 7 } });
  expect(mqttOutlet.changesLive!(before, live)).toBe(true);
  for (const more of [{ url: 'mqtt://y' }, { clientId: 'x' }, { root: 'x' }, { commands: true }, { username: 'x' }]) {
    expect(mqttOutlet.changesLive!(before, settings(more))).toBe(false);
  }
});
