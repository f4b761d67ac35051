import { expect, it } from 'vitest';
import { GatewayProcess } from '../processes/gateway-process.js';
import { AcmeFolder, failing, restartsOf, serviceIs } from './acme-folder.js';

it('a service that loops in its start does not hold the gateway up, and is Faulted once its start budget is spent (§16.3)', async () => {
  using folder = new AcmeFolder();
  const plant = folder.plantFile([failing('loops-at-start'), folder.outlet('beside.txt')]);
  await using gateway = await GatewayProcess.start(plant);
  await gateway.driverTurns('line', 'Healthy');
  await folder.grows('beside.txt');
  await serviceIs(gateway, 'loops-at-start', { state: 'Initializing' });
  const { reason } = await serviceIs(gateway, 'loops-at-start', { state: 'Faulted' }, 120_000);
  expect(reason).toMatch(/start-timeout|hang/);
  await folder.grows('beside.txt');
  expect(await restartsOf(gateway, 'line')).toBe(0);
}, 180_000);
