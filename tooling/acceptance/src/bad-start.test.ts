import { temporaryDirectory } from '@fieldwarden/testkit';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GatewayProcess } from './processes/gateway-process.js';
import { linePlant, LinePlcs } from './line-plant.js';
import { runCli } from './processes/run-cli.js';

const free = ['--opcua-port', '0', '--health-port', '0', '--admin-port', '0'];
const nobody = { modbus: { port: 1 }, s7: { port: 1 } };

async function plantFile(directory: string, content: object | string): Promise<string> {
  const file = join(directory, 'plant.yaml');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return await Promise.resolve(file);
}

describe('a start that cannot be', () => {
  it('names every fault of the plant document at once, exits with 78 and starts nothing', async () => {
    await using directory = await temporaryDirectory();
    const tag = { path: 'a/b', address: 'HR0', dataType: 'float32' };
    const file = await plantFile(directory.path, {
      version: 1,
      site: 'bad',
      drivers: [
        { id: 'x', type: 'profibus', options: {}, devices: [] },
        { id: 'x', type: 'simulator', options: {}, devices: [{ id: 'd', tags: [{ ...tag, address: 'sine' }] }] },
        {
          id: 'm',
          type: 'modbus',
          options: { host: 'h' },
          devices: [
            {
              id: 'd',
              options: { unitId: 1 },
              tags: [tag, { ...tag, path: 'A/b' }, { ...tag, path: 'c', address: 'nonsense' }],
            },
          ],
        },
      ],
    });
    const home = join(directory.path, 'home');
    const { code, stdout, stderr } = await runCli(['up', '--plant', file, '--home', home, ...free]);
    expect(code).toBe(78);
    const said = stdout + stderr;
    for (const part of ['profibus', 'drivers[1].id', 'a/b', 'differ only by case', 'nonsense'])
      expect(said).toContain(part);
    expect(said).toMatch(/plant\.yaml has \d+ errors; nothing was started\.$/m);
    expect(existsSync(join(home, 'run.json'))).toBe(false);
    const validated = await runCli(['config', 'validate', file, '--json']);
    expect(validated.code).toBe(78);
    expect(JSON.parse(validated.stdout)).toMatchObject({
      findings: expect.arrayContaining([
        expect.objectContaining({ severity: 'error', path: expect.any(String), rule: expect.any(String) }),
      ]),
    });
  });

  it.each(['opcua', 'health', 'admin'])(
    'says which port is taken and which flag changes it (%s), and asked no PLC',
    async (name) => {
      await using directory = await temporaryDirectory();
      let connections = 0;
      const plc = createServer(() => (connections += 1)).listen(0, '127.0.0.1');
      await once(plc, 'listening');
      const modbus = { port: (plc.address() as AddressInfo).port };
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const flag = `--${name}-port`;
      const args = [...free.filter((_, i) => free[i - (i % 2)] !== flag), flag, String(port)];
      const file = await plantFile(directory.path, linePlant({ ...nobody, modbus }));
      const { code, stdout, stderr } = await runCli([
        'up',
        '--plant',
        file,
        '--home',
        join(directory.path, 'home'),
        ...args,
      ]);
      server.close();
      plc.close();
      expect([code, connections]).toEqual([1, 0]);
      expect(stdout + stderr).toContain(String(port));
      expect(stdout + stderr).toContain(flag);
    },
  );

  it('says that the home directory cannot be written', async () => {
    await using directory = await temporaryDirectory();
    const file = await plantFile(directory.path, linePlant(nobody));
    const { code, stderr } = await runCli(['up', '--plant', file, '--home', join(file, 'home'), ...free]);
    expect(code).toBe(78); // another start does not help
    expect(stderr).toContain('cannot be written');
  });

  it('refuses a second gateway on the same home', async () => {
    await using gateway = await GatewayProcess.start(linePlant(nobody));
    const { code, stderr } = await runCli([
      'up',
      '--plant',
      join(gateway.home, 'plant.yaml'),
      '--home',
      gateway.home,
      ...free,
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain('nother gateway');
  });

  it('says that there is no plant file, and which', async () => {
    await using directory = await temporaryDirectory();
    const { code, stderr, stdout } = await runCli([
      'up',
      '--plant',
      join(directory.path, 'missing.yaml'),
      '--home',
      join(directory.path, 'home'),
    ]);
    expect(code).toBe(78);
    expect(stdout + stderr).toContain('missing.yaml');
  });

  it('starts although a PLC is unreachable: that driver reconnects, the rest runs, and readiness says so', async () => {
    await using plcs = await LinePlcs.start();
    await using gateway = await GatewayProcess.start(linePlant({ modbus: plcs.modbus, s7: { port: 1 } }));
    await gateway.driverTurns('press', 'Reconnecting');
    await gateway.tagTurns('line/unit-1/speed', 'Good');
    expect((await gateway.tag('line/press/force')).status).toMatch(/^Bad/);
    await gateway.driverTurns('packaging', 'Healthy');
    const ready = await gateway.health('/readyz');
    expect(ready.status).toBe(200);
    expect(JSON.parse(ready.text)).toMatchObject({ verdict: 'Degraded', degradedDrivers: ['press'] });
  });
});
