import type { About } from '@fieldwarden/admin-contract';
import { waitFor } from '@fieldwarden/testkit';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GatewayProcess } from './processes/gateway-process.js';
import { isAlive } from './processes/is-alive.js';
import { linePlant, LinePlcs } from './line-plant.js';
import { runCli } from './processes/run-cli.js';

describe('the end of a gateway', () => {
  it('leaves no Host behind when it is killed, and the next one starts on the same home', async () => {
    await using plcs = await LinePlcs.start();
    await using gateway = await GatewayProcess.start(linePlant(plcs));
    await gateway.tagTurns('line/press/force', 'Good');
    const { pid } = await gateway.driver('press');
    const spare = await waitFor(async () => (await gateway.get<About>('/about')).spareProcess?.pid, {
      what: 'the spare process',
      timeoutMs: 20_000,
    });
    gateway.signal('SIGKILL');
    await gateway.ended();
    await waitFor(() => !isAlive(pid!) && !isAlive(spare), {
      what: 'the Host and the spare process to be gone',
      timeoutMs: 2_000,
    });
    const again = await runCli([
      'up',
      '--detach',
      '--plant',
      join(gateway.home, 'plant.yaml'),
      '--home',
      gateway.home,
      '--opcua-port',
      '0',
      '--health-port',
      '0',
      '--admin-port',
      '0',
    ]);
    expect(again).toMatchObject({ code: 0 });
    expect(await runCli(['status', '--home', gateway.home])).toMatchObject({ code: 0 });
    expect(await runCli(['down', '--home', gateway.home])).toMatchObject({ code: 0 });
  });

  it('stops in order on SIGTERM: exit code 0, no Host, no run file, the home free again', async () => {
    await using plcs = await LinePlcs.start();
    await using gateway = await GatewayProcess.start(linePlant(plcs));
    await gateway.driverTurns('press', 'Healthy');
    const { pid } = await gateway.driver('press');
    gateway.signal('SIGTERM');
    expect(await gateway.ended()).toBe(0);
    expect(isAlive(pid!)).toBe(false);
    for (const name of ['run.json', 'admin.sock', 'gateway.lock'])
      expect(existsSync(join(gateway.home, name))).toBe(false);
    expect(await runCli(['status', '--home', gateway.home])).toMatchObject({ code: 3 });
  });
});
