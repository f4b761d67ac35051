import { parseDataType } from '@fieldwarden/core';
import { defineService, type PlantFacts } from '@fieldwarden/service';
import { beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { sampleCatalogue } from '../testing/sample-catalogue.js';
import { validatePlant } from './validate-plant.js';

interface Settings {
  readonly list: readonly { readonly path: string }[];
}

let facts: PlantFacts | undefined;

function catalogueWithOwn() {
  const catalogue = sampleCatalogue();
  const own = z.strictObject({ path: z.string() });
  catalogue.services.register(
    defineService<Settings>({
      name: 'own-tags',
      title: 'Own tags',
      version: '1.0.0',
      section: 'ownTags',
      rows: 'list',
      entry: import.meta.url,
      isolation: 'in-process',
      inProcessOnly: true,
      schema: z.strictObject({ list: z.array(own).describe('Tags.') }),
      tags: ({ list }) =>
        list.map(({ path }, i) => ({
          path,
          type: parseDataType('int32')!,
          access: 'read-write',
          unit: undefined,
          description: undefined,
          limits: undefined,
          range: undefined,
          writeNonFinite: false,
          publish: true,
          address: '',
          place: ['list', i, 'path'],
        })),
      check: (_, plant) => {
        facts = plant;
        return [];
      },
      create: () => ({
        start: () => Promise.resolve(undefined),
        status: () => ({}),
        health: () => ({ state: 'Healthy' }),
        stop: () => Promise.resolve(),
      }),
    }),
  );
  return catalogue;
}

function told(...paths: readonly string[]): string[] {
  const tags = [{ path: 'line/speed', address: '400001', dataType: 'float32' }];
  const drivers = [{ id: 'plc', type: 'press', options: { host: 'plc' }, devices: [{ id: 'd', options: {}, tags }] }];
  const source = { version: 1, site: 'a', drivers, ownTags: paths.map((path) => ({ path })) };
  const { findings } = validatePlant(source, catalogueWithOwn(), { secrets: { env: () => undefined, file: () => '' } });
  return findings.filter(({ severity }) => severity === 'error').map(({ path, rule }) => `${path} ${rule}`);
}

beforeEach(() => (facts = undefined));

it('tags of services share their names with those of devices (§8.1)', () => {
  expect(told('line/count', 'line/total')).toEqual([]);
  expect(told('line/speed')).toEqual(['ownTags[0].path tag-path-unique']);
  expect(told('line/count', 'line/Count')).toEqual(['ownTags[1].path tag-path-case']);
  expect(told('line')).toEqual(['ownTags[0].path tag-path-folder']);
  expect(told('_system/count')).toEqual(['ownTags[0].path tag-path-reserved']);
});

it('are known to the rules of every service', () => {
  told('line/count');
  expect(facts?.tag('line/count')).toMatchObject({ type: { scalar: 'int32' }, access: 'read-write' });
  expect([...facts!.paths()].sort()).toEqual(['line/count', 'line/speed']);
});
