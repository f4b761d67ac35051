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
