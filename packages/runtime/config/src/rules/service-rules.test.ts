import { defineService } from '@fieldwarden/service';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { sampleCatalogue } from '../testing/sample-catalogue.js';
import { validatePlant } from './validate-plant.js';

/** A second server beside the sample's OPC UA server; both may name a port. */
function catalogueWithPanel() {
  const catalogue = sampleCatalogue();
  catalogue.services.register(
    defineService<{ readonly port?: number }>({
      name: 'panel',
      title: 'Panel server',
      version: '1.0.0',
      section: 'panel',
      entry: import.meta.url,
      isolation: 'host',
      port: { option: 'panel-port', variable: 'FIELDWARDEN_PANEL_PORT', runFileField: 'panelPort', defaultPort: 4800 },
      disturbance: { restart: 'panels go dark', stop: 'panels go dark' },
      schema: z.strictObject({ port: z.int().optional().describe('TCP port.') }),
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

function told(sections: object): string[] {
  const source = { version: 1, site: 'a', ...sections };
  const { findings } = validatePlant(source, catalogueWithPanel(), {
    secrets: { env: () => undefined, file: () => '' },
  });
  return findings
    .filter(({ rule }) => rule === 'service-port-twice')
    .map(({ severity, path, message }) => `${severity} ${path}: ${message}`);
}

it('two services on one port are an error, whether written or by default', () => {
  const finding = ['error panel.port: port 4800 is that of service opcua already; give panel another one'];
  expect(told({ opcua: { port: 4800 }, panel: { port: 4800 } })).toEqual(finding);
  expect(told({ opcua: { port: 4800 }, panel: {} })).toEqual(finding);
});

it('services on ports of their own, any port, or switched off are none', () => {
  expect(told({ opcua: { port: 4801 }, panel: {} })).toEqual([]);
  expect(told({ opcua: { port: 0 }, panel: { port: 0 } })).toEqual([]);
  expect(told({ opcua: { port: 4800, enabled: false }, panel: {} })).toEqual([]);
});

it('what several instances of a service may not have in common is told of the one that has it second', () => {
  const catalogue = sampleCatalogue();
  catalogue.services.register(
    defineService<{ readonly name: string }>({
      name: 'outlet',
      title: 'Outlet',
      version: '1.0.0',
      section: 'outlet',
      mayRepeat: true,
      entry: import.meta.url,
      isolation: 'in-process',
      schema: z.strictObject({ name: z.string().describe('Its name. Default: none.') }),
      checkTogether: (instances) =>
        instances.flatMap(({ settings }, i) =>
          instances.findIndex((one) => one.settings.name === settings.name) === i
            ? []
            : [
                {
                  path: [i, 'name'],
                  rule: 'outlet-twice',
                  message: `${settings.name} twice`,
                  severity: 'error' as const,
                },
              ],
        ),
      create: () => ({
        start: () => Promise.resolve(undefined),
        status: () => ({}),
        health: () => ({ state: 'Healthy' }),
        stop: () => Promise.resolve(),
      }),
    }),
  );
  const outlet = [
    { id: 'off', name: 'x', enabled: false },
    { id: 'first', name: 'x' },
    { id: 'second', name: 'x' },
  ];
  const secrets = { env: () => undefined, file: () => '' };
  const { findings } = validatePlant({ version: 1, site: 'a', outlet }, catalogue, { secrets });
  expect(findings.filter(({ severity }) => severity === 'error')).toMatchObject([
    { path: 'outlet[2].name', rule: 'outlet-twice' },
  ]);
});

it('a section that is a list is the rows of its service, and findings name the row', () => {
  const catalogue = sampleCatalogue();
  catalogue.services.register(
    defineService<{ readonly counters: readonly { readonly name: string; readonly step: number }[] }>({
      name: 'counters',
      title: 'Counters',
      version: '1.0.0',
      section: 'counters',
      rows: 'counters',
      entry: import.meta.url,
      isolation: 'in-process',
      inProcessOnly: true,
      schema: z.strictObject({
        counters: z.array(z.strictObject({ name: z.string(), step: z.int().default(1) })).describe('Counters.'),
      }),
      check: ({ counters }) =>
        counters.flatMap(({ name }, i) =>
          name === 'bad'
            ? [{ path: ['counters', i, 'name'], rule: 'counter-name', message: 'bad', severity: 'error' as const }]
            : [],
        ),
      create: () => ({
        start: () => Promise.resolve(undefined),
        status: () => ({}),
        health: () => ({ state: 'Healthy' }),
        stop: () => Promise.resolve(),
      }),
    }),
  );
  const secrets = { env: () => undefined, file: () => '' };
  const judged = (counters: unknown) => validatePlant({ version: 1, site: 'a', counters }, catalogue, { secrets });
  const { plant, findings } = judged([{ name: 'a' }, { name: 'b', step: 2 }]);
  expect(findings).toEqual([]);
  expect(plant?.services.find(({ id }) => id === 'counters')).toMatchObject({
    enabled: true,
    isolation: 'in-process',
    settings: {
      counters: [
        { name: 'a', step: 1 },
        { name: 'b', step: 2 },
      ],
    },
  });
  const places = (counters: unknown) => judged(counters).findings.map(({ path, rule }) => `${path} ${rule}`);
  expect(places([{ name: 'a' }, { name: 'bad' }])).toEqual(['counters[1].name counter-name']);
  expect(places([{ name: 'a', step: 'x' }])).toEqual(['counters[0].step type']);
  expect(places({ name: 'a' })).toEqual(['counters type']);
});
