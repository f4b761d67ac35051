import type { AlarmList, AuditPage, AuditRow, AuditVerification, TokenCreated } from '@fieldwarden/admin-contract';
import { waitFor } from '@fieldwarden/testkit';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayProcess } from './processes/gateway-process.js';

const tag = (path: string) => ({ path, address: 'memory?initial=60', dataType: 'float64', access: 'read-write' });

const plant = {
  version: 1,
  site: 'test',
  opcua: { enabled: false },
  drivers: [
    {
      id: 'sim',
      type: 'simulator',
      options: {},
      devices: [{ id: 'plc', tags: [tag('packaging/setpoint'), tag('mixing/setpoint')] }],
    },
  ],
};

/** Who came in with a token, as a program does over TCP. */
interface Program {
  write(path: string, value: number): Promise<{ readonly status: number; readonly detail?: string }>;
}

async function program(gateway: GatewayProcess, name: string, role: string, areas: string[]): Promise<Program> {
  const { token } = (await gateway.ask<TokenCreated>('POST', '/tokens', { name, role, areas })).body;
  return {
    async write(path, value) {
      const answer = await fetch(`http://127.0.0.1:${gateway.port('Admin API')}/api/v1/tags/value`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ path, value }),
      });
      const { detail } = (await answer.json()) as { readonly detail?: string };
      return { status: answer.status, ...(detail !== undefined && { detail }) };
    },
  };
}

describe('the audit, from outside (§13.4)', () => {
  let gateway: GatewayProcess;

  beforeAll(async () => {
    gateway = await GatewayProcess.start(plant);
    await gateway.driverTurns('sim', 'Healthy');
  });

  afterAll(async () => await gateway[Symbol.asyncDispose]());

  const rows = async (...args: string[]): Promise<readonly AuditRow[]> =>
    (await gateway.cliJson<AuditPage>('audit', ...args)).rows;

  it('has what a viewer was refused, with the permission, and nothing was written', async () => {
    const eve = await program(gateway, 'eve', 'viewer', ['**']);
    expect(await eve.write('packaging/setpoint', 99)).toMatchObject({ status: 403, detail: expect.stringContaining('permission write') as string }); // prettier-ignore
    expect((await gateway.tag('packaging/setpoint')).value).toBe(60);
    expect(await rows('--user', 'eve')).toMatchObject([
      { via: 'rest', action: 'write', subject: 'packaging/setpoint', after: 99, outcome: 'refused', reason: expect.stringContaining('it takes the permission write') as string }, // prettier-ignore
    ]);
  });

  it('has what an operator wrote, old and new, and what was outside the own area', async () => {
    const anna = await program(gateway, 'anna', 'operator', ['packaging/**']);
    expect((await anna.write('packaging/setpoint', 80)).status).toBe(200);
    expect((await anna.write('mixing/setpoint', 80)).status).toBe(403);
    expect(await rows('--user', 'anna')).toMatchObject([
      { subject: 'mixing/setpoint', before: 60, after: 80, outcome: 'refused' },
      { subject: 'packaging/setpoint', before: 60, after: 80, outcome: 'done', via: 'rest' },
    ]);
    const csv = (await gateway.cli('audit', '--user', 'anna', '--outcome', 'done', '--csv')).stdout;
    expect(csv.trim().split('\n').at(-1)).toMatch(/^\d+,\S+,anna,rest,write,packaging\/setpoint,60,80,done,,/);
  });

  it('has tokens, drivers and what was published, with the generation before and after', async () => {
    const file = join(gateway.home, 'next.json');
    writeFileSync(file, JSON.stringify({ ...plant, logging: { level: 'warn' } }));
    expect((await gateway.cli('config', 'publish', file, '-m', 'quieter')).code).toBe(0);
    await gateway.operate('sim', 'restart');
    const [acted, published, ...others] = await rows();
    expect(acted).toMatchObject({ action: 'act', subject: 'sim', after: 'restart', outcome: 'done', via: 'socket' });
    expect(published).toMatchObject({ action: 'publish', before: { generation: 1 }, after: { generation: 2, message: 'quieter' } }); // prettier-ignore
    expect(others.filter(({ action }) => action === 'token').map(({ subject }) => subject)).toEqual(['anna', 'eve']);
    expect(others.at(-1)).toMatchObject({ seq: 1, action: 'start', user: 'gateway' });
  });

  it(
    'is whole after kill -9, tells it, and shows one flipped byte: without a gateway, and by an alarm at its start',
    { timeout: 180_000 },
    async () => {
      expect(await gateway.cliJson<AuditVerification>('audit', '--verify')).toMatchObject({
        ok: true,
        firstBadSeq: null,
      });
      const { home } = gateway;
      await gateway.kill();
      const path = join(home, 'audit.log');
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(await gateway.cliJson<AuditVerification>('audit', '--verify')).toMatchObject({ ok: true });

      const text = readFileSync(path, 'utf8');
      const lines = text.split('\n');
      const line = lines.findIndex((row) => row.includes('"user":"eve"'));
      writeFileSync(path, lines.with(line, lines[line].replace('"refused"', '"refuseD"')).join('\n'));
      const broken = await gateway.cli('audit', '--verify');
      expect(broken.code).toBe(1);
      expect(broken.stdout).toContain(`row ${line + 1}  audit.log:${line + 1}  row ${line + 1} was changed`);

      gateway = await GatewayProcess.launch({ home });
      const damaged = await waitFor(
        async () =>
          (await gateway.get<AlarmList>('/alarms')).alarms.find(({ conditionId }) => conditionId === 'audit-damaged'),
        { what: 'the alarm', timeoutMs: 30_000 },
      );
      expect(damaged).toMatchObject({ active: true, message: expect.stringContaining(`row ${line + 1} was changed`) as string }); // prettier-ignore
      const [told] = await rows('--action', 'audit');
      expect(told).toMatchObject({ outcome: 'failed', user: 'gateway' });
      const starts = await rows('--action', 'start');
      expect(starts[0]).toMatchObject({ reason: expect.stringContaining('it was killed') as string });
      writeFileSync(path, text + readFileSync(path, 'utf8').slice(text.length)); // as it was
      expect((await gateway.cli('audit', '--verify')).code).toBe(0);
      const healed = async (): Promise<boolean> =>
      !(await gateway.get<AlarmList>('/alarms')).alarms.some(({ conditionId, active }) => conditionId === 'audit-damaged' && active); // prettier-ignore
      await waitFor(healed, { what: 'the end of the alarm' });
    },
  );

  it('ends with the planned stop, after whoever asked for it', async () => {
    expect((await gateway.cli('down')).code).toBe(0);
    await gateway.ended();
    const last = readFileSync(join(gateway.home, 'audit.log'), 'utf8').trim().split('\n').slice(-2);
    expect(last.map((line) => JSON.parse(line) as AuditRow)).toMatchObject([
      { action: 'stop', via: 'socket', after: 'asked for', outcome: 'done' },
      { action: 'stop', user: 'gateway', subject: 'gateway', outcome: 'done' },
    ]);
    expect((await gateway.cli('audit', '--verify')).code).toBe(0);
  });
});
