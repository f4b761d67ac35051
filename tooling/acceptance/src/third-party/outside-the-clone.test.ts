import { waitFor } from '@fieldwarden/testkit';
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayProcess } from '../processes/gateway-process.js';
import { runCli } from '../processes/run-cli.js';
import { serviceIs } from './acme-folder.js';
import { OutsideFolder } from './outside-folder.js';

const plant = `version: 1
site: outside
opcua: { enabled: false }
drivers:
  - id: acme
    type: ../drivers/acme/driver.ts
    devices:
      - id: device
        tags: [ { path: acme/cell, address: "cell:3", dataType: float64, access: read-write } ]
services:
  - { id: changes, use: ../drivers/acme/changes/service.ts, options: { file: changes.jsonl } }
`;

let outside: OutsideFolder;
beforeAll(() => (outside = new OutsideFolder()));
afterAll(() => outside[Symbol.dispose]());

describe('a driver and a service laid out in an empty folder outside the clone (§3.5)', () => {
  it('are installed from packed packages, and pass their types and their contracts', async () => {
    const driver = await runCli(['drivers', 'new', 'acme', '--dir', outside.file('drivers/acme')]);
    expect(driver).toMatchObject({ code: 0, stderr: '' });
    const installed = await outside.npm('drivers/acme', 'install', '--prefer-offline');
    expect(installed).toMatchObject({ code: 0, stderr: '' });
    const service = await runCli(['services', 'new', 'changes', '--dir', outside.file('drivers/acme/changes')]);
    expect(service).toMatchObject({ code: 0, stderr: '' });
    expect(existsSync(outside.file('drivers/acme/changes/vendor'))).toBe(false); // it finds what is installed above it
    const core = outside.file('drivers/acme/node_modules/@fieldwarden/core');
    expect(realpathSync(core)).toContain('/drivers/acme/node_modules/');
    const tested = await outside.npm('drivers/acme', 'test');
    expect(tested.stdout).toMatch(/Test Files +2 passed \(2\)/);
    expect(tested).toMatchObject({ code: 0, stderr: '' });
  }, 180_000);

  it('run in a gateway whose operator named their folder, on the packages that they brought', async () => {
    mkdirSync(outside.file('plant'));
    const file = outside.file('plant/plant.yaml');
    writeFileSync(file, plant);
    await using gateway = await GatewayProcess.launch({ plant: file, args: ['--drivers', outside.file('drivers')] });
    await gateway.driverTurns('acme', 'Healthy');
    await waitFor(async () => (await gateway.tag('acme/cell')).value === 3, { what: 'a value of the driver' });
    expect(await gateway.write('acme/cell', 4.5)).toMatchObject({ outcome: 'done' });
    await waitFor(async () => (await gateway.tag('acme/cell')).value === 4.5, { what: 'the value that was written' });
    await serviceIs(gateway, 'changes', { state: 'Healthy' });
    const changes = (): string => readFileSync(`${gateway.home}/services/changes/changes.jsonl`, 'utf8');
    await waitFor(() => /"acme\/cell","value":4.5,"status":"Good"/.test(changes()), { what: 'the service to tell it' });
  });
});
