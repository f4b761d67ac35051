import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { anchorDocument } from './anchor-document.js';
import type { PlantDocument } from '../document/plant-document.js';

const plant = (...drivers: NonNullable<PlantDocument['drivers']>): PlantDocument => ({
  version: 1,
  site: 'lab',
  drivers,
});

describe('a document that leaves its file', () => {
  it('names driver modules by their absolute path', () => {
    const anchored = anchorDocument(
      plant({ id: 'a', type: './drivers/acme.ts' }, { id: 'b', type: '../b.js' }),
      '/plants/one',
    );
    expect(anchored.drivers?.map(({ type }) => type)).toEqual(['/plants/one/drivers/acme.ts', '/plants/b.js']);
  });

  it('names secret files by their absolute path, in drivers and devices, and leaves other references', () => {
    const options = { password: '${file:secrets/pw}', user: '${env:USER_NAME}', list: [{ key: 'x${file:/etc/key}' }] };
    const anchored = anchorDocument(
      plant({ id: 'a', type: 'modbus', options, devices: [{ id: 'd', options }] }),
      '/plants',
    );
    const expected = { ...options, password: '${file:/plants/secrets/pw}' };
    expect(anchored.drivers?.[0]).toMatchObject({ options: expected, devices: [{ id: 'd', options: expected }] });
  });

  it('names a package beside the file by its folder, and leaves registered types', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fieldwarden-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const home = join(folder, 'node_modules', 'acme-driver');
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'package.json'), '{}');
    const anchored = anchorDocument(plant({ id: 'a', type: 'acme-driver' }, { id: 'b', type: 'modbus' }), folder);
    expect(anchored.drivers?.map(({ type }) => type)).toEqual([home, 'modbus']);
  });

  it('names modules of services by their absolute path or folder, and secret files in their options', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fieldwarden-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const installed = join(folder, 'node_modules', 'acme-outlet');
    mkdirSync(installed, { recursive: true });
    writeFileSync(join(installed, 'package.json'), '{}');
    const services = [
      { id: 'a', use: './acme-outlet.ts', options: { token: '${file:secrets/token}', file: './out.txt' } },
      { id: 'b', use: 'acme-outlet' },
      { id: 'c', use: 'opcua' },
    ];
    expect(anchorDocument({ version: 1 as const, site: 'lab', services }, folder).services).toEqual([
      {
        id: 'a',
        use: join(folder, 'acme-outlet.ts'),
        options: { token: `\${file:${join(folder, 'secrets/token')}}`, file: './out.txt' },
      },
      { id: 'b', use: installed },
      { id: 'c', use: 'opcua' },
    ]);
  });

  it('names secret files in sections of services, and leaves what is no section', () => {
    const mqtt = [{ id: 'main', url: 'mqtt://h', tls: { keyFile: '${file:key.pem}' } }];
    const document = { version: 1 as const, site: '${file:site}', mqtt, opcua: { anonymous: true } };
    const anchored = anchorDocument(document, '/plants');
    expect(anchored).toEqual({ ...document, mqtt: [{ ...mqtt[0], tls: { keyFile: '${file:/plants/key.pem}' } }] });
    expect(anchored.opcua).toBe(document.opcua);
  });

  it('leaves what has another shape for validation to find', () => {
    for (const document of [null, 'text', { drivers: 'none', services: {} }, { services: [1, { use: 2 }] }])
      expect(anchorDocument(document, '/plants')).toBe(document);
  });

  it('gives the same document back when it names nothing by a relative path', () => {
    const document = plant({
      id: 'a',
      type: 'modbus',
      options: { host: 'h', deep: { list: [1] } },
      devices: [{ id: 'd' }],
    });
    expect(anchorDocument(document, '/plants')).toBe(document);
  });
});
