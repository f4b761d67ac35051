import type { AlarmList, TokenRevoked } from '@fieldwarden/admin-contract';
import { mayMount, SmallDisk, temporaryDirectory, waitFor } from '@fieldwarden/testkit';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GenerationRequests } from './generations/generation-requests.js';
import { numberedPlant, runningNumbers } from './generations/numbered-plant.js';
import { OpcuaReader } from './opcua-reader.js';
import { Person } from './access/person.js';
import { GatewayProcess } from './processes/gateway-process.js';

async function concernsOf(gateway: GatewayProcess): Promise<{ verdict: string; codes: readonly string[] }> {
  const { text } = await gateway.health('/readyz');
  const { verdict, concerns } = JSON.parse(text) as { verdict: string; concerns: readonly { code: string }[] };
  return { verdict, codes: concerns.map(({ code }) => code) };
}

async function statusWith(gateway: GatewayProcess, token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`http://127.0.0.1:${gateway.port('Admin API')}/api/v1/status`, { headers });
  await answer.body?.cancel();
  return answer.status;
}

function remounted(disk: SmallDisk): boolean {
  try {
    disk.remount('ro');
    return true;
  } catch {
    return false;
  }
}

const title = 'a disk that takes nothing (§12.1, §13.4)';

describe(mayMount() ? title : `${title}: needs the right to mount (root)`, () => {
  it.runIf(mayMount())('that is full: starts, says what is wrong, revokes for good, and is whole when there is room again', async () => {
    await using directory = await temporaryDirectory();
    const home = join(directory.path, 'disk');
    using disk = new SmallDisk(home, '24m');
    const first = await GatewayProcess.launch({ home, plant: numberedPlant(1) });
    const token = (await first.cli('tokens', 'create', 'scada', '--role', 'admin')).stdout.trim();
    const other = (await first.cli('tokens', 'create', 'other', '--role', 'admin')).stdout.trim();
    await first.stop();
    const ballast = disk.fill();
    const gateway = await GatewayProcess.launch({ home, withoutRunFile: true });
    try {
      expect(await runningNumbers(gateway)).toEqual([1]);
      await waitFor(async () => (await concernsOf(gateway)).codes.includes('disk-not-written'), { what: 'the concern', timeoutMs: 20_000 }); // prettier-ignore
      expect((await concernsOf(gateway)).verdict).toBe('Degraded');
      const { alarms } = await gateway.get<AlarmList>('/alarms');
      expect(alarms).toContainEqual(expect.objectContaining({ conditionId: 'disk-not-written', active: true }));
      expect(await gateway.cliJson<TokenRevoked>('tokens', 'revoke', 'scada')).toMatchObject({ notKept: null });
      expect([await statusWith(gateway, token), await statusWith(gateway, other)]).toEqual([401, 200]);
      expect(existsSync(join(home, 'run.json'))).toBe(false);
      ballast[Symbol.dispose]();
      await waitFor(() => existsSync(join(home, 'run.json')), { what: 'run.json', timeoutMs: 30_000 });
      await waitFor(async () => (await concernsOf(gateway)).codes.length === 0, { what: 'no concern', timeoutMs: 30_000 }); // prettier-ignore
      expect((await concernsOf(gateway)).verdict).toBe('Healthy');
    } finally {
      await gateway.kill();
    }
    const next = await GatewayProcess.launch({ home });
    expect([await statusWith(next, token), await statusWith(next, other)]).toEqual([401, 200]);
    await next.kill();
  }, 180_000); // prettier-ignore

  it.runIf(mayMount())('that is read-only at the start: serves over OPC UA, to people and to commands, revokes, and says of what it cannot keep that it was not done', async () => {
    await using directory = await temporaryDirectory();
    const home = join(directory.path, 'disk');
    using disk = new SmallDisk(home, '24m');
    const plant = { ...numberedPlant(1), opcua: { anonymous: true, securityPolicies: ['None'] } };
    const first = await GatewayProcess.launch({ home, plant });
    const token = (await first.cli('tokens', 'create', 'scada', '--role', 'admin')).stdout.trim();
    const ada = { name: 'ada', role: 'admin', password: 'tall copper kettle' };
    expect((await first.ask('POST', '/users', ada)).status).toBe(200);
    await first.kill();
    rmSync(join(home, 'run.json')); // but neither the lock nor the socket: they are of nobody
    await waitFor(() => remounted(disk), { what: 'the Hosts to end, which hold files open' });
    const gateway = await GatewayProcess.launch({ home, plant: join(home, 'plant.yaml'), withoutRunFile: true });
    try {
      await waitFor(async () => (await concernsOf(gateway)).codes.includes('disk-not-written'), { what: 'the concern', timeoutMs: 20_000 }); // prettier-ignore
      expect((await concernsOf(gateway)).verdict).toBe('Degraded');
      await using client = await OpcuaReader.connect(gateway, 'numbers');
      await waitFor(async () => (await client.read('left/n1')).statusCode.name === 'Good', { what: 'a value' });
      expect((await gateway.cli('list')).stdout).toMatch(/left.*Healthy/);
      const person = await Person.signIn(gateway, { user: 'ada', password: ada.password });
      for (const [method, path, body] of [
        ['POST', '/users', { ...ada, name: 'bob' }],
        ['POST', '/tokens', { name: 'more' }],
        ['PUT', '/secrets/broker', { value: 'word' }],
      ] as const)
        expect(await person.ask(method, path, body)).toMatchObject({
          status: 503,
          body: { code: 'HOME_NOT_WRITTEN', detail: 'the disk of the home directory is read-only: this was not done' },
        });
      const revoked = await gateway.cliJson<TokenRevoked>('tokens', 'revoke', 'scada');
      expect(revoked.notKept).toContain('read-only');
      expect(await statusWith(gateway, token)).toBe(401);
      disk.remount('rw');
      await waitFor(() => existsSync(join(home, 'run.json')), { what: 'run.json', timeoutMs: 30_000 });
      expect((await gateway.cli('down')).code).toBe(0);
    } finally {
      await gateway.kill();
    }
  }, 180_000); // prettier-ignore
});

describe('a running gateway', () => {
  let gateway: GatewayProcess;

  beforeAll(async () => {
    const first = await GatewayProcess.launch({ plant: numberedPlant(1) });
    await first.stop();
    writeFileSync(join(first.home, 'tokens.json'), '{"version":1,"tok');
    gateway = await GatewayProcess.launch({ home: first.home });
  });

  afterAll(() => gateway[Symbol.asyncDispose]());

  it('with damaged tokens shuts the TCP door with the remedy, and nothing else', async () => {
    expect(await runningNumbers(gateway)).toEqual([1]);
    expect((await gateway.cli('list')).code).toBe(0);
    expect((await concernsOf(gateway)).codes).toEqual(['tokens-damaged']);
    const answer = await fetch(`http://127.0.0.1:${gateway.runFile.adminPort}/api/v1/status`, {
      headers: { authorization: 'Bearer fw_any' },
    });
    expect([answer.status, await answer.json()]).toMatchObject([
      503,
      { code: 'TOKENS_DAMAGED', remedy: expect.stringContaining('fieldwarden tokens') as string },
    ]);
    const refused = await gateway.cli('tokens', 'create', 'a', '--role', 'admin');
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('tokens.json')]);
  });

  it('takes up mended tokens without a restart', async () => {
    rmSync(join(gateway.home, 'tokens.json'));
    const token = (await gateway.cli('tokens', 'create', 'a', '--role', 'admin')).stdout.trim();
    expect(await statusWith(gateway, token)).toBe(200);
    expect((await concernsOf(gateway)).codes).toEqual([]);
  });

  it('has in run.json the ports of services that come and go with the configuration', async () => {
    const config = new GenerationRequests(gateway);
    expect(gateway.runFile.opcuaPort).toBeNull();
    await config.published({ ...numberedPlant(1), opcua: { enabled: true } });
    await waitFor(() => typeof gateway.runFile.opcuaPort === 'number', { what: 'the port', timeoutMs: 60_000 });
    await config.published(numberedPlant(1));
    await waitFor(() => gateway.runFile.opcuaPort === null, { what: 'no port', timeoutMs: 60_000 });
  }, 120_000);

  it.each(['healthPort', 'adminPort'] as const)(
    'answers at %s behind hundreds of idle connections and in a burst of thousands (§12.1)',
    async (door) => {
      const port = gateway.runFile[door];
      const path = door === 'healthPort' ? '/livez' : '/api/v1/openapi.json';
      const good = async (): Promise<number> => {
        const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' } });
        await answer.body?.cancel();
        return answer.status;
      };
      const expected = await good();
      const idle = await crowd(port, 300);
      expect(await good()).toBe(expected);
      await waitFor(() => idle.filter(({ destroyed }) => !destroyed).length <= 128, { what: 'the share of one address', timeoutMs: 30_000 }); // prettier-ignore
      const burst = crowd(port, 2_000);
      expect(await good()).toBe(expected);
      for (const socket of [...idle, ...(await burst)]) socket.destroy();
      expect(await good()).toBe(expected);
    },
    120_000,
  );
});

/** Connections that say nothing; resolves when each is connected, or was sent away. */
async function crowd(port: number, count: number): Promise<readonly Socket[]> {
  const sockets = Array.from({ length: count }, () => connect(port, '127.0.0.1'));
  await Promise.all(
    sockets.map(
      (socket) =>
        new Promise<void>((resolve) => {
          socket.on('error', () => resolve());
          socket.once('connect', () => resolve());
          socket.once('close', () => resolve());
          socket.resume();
        }),
    ),
  );
  return sockets;
}
