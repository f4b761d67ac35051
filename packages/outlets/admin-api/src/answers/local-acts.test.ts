import { gatewayPrincipal, type AuditEntry, type Origin, type Role } from '@fieldwarden/gateway-contract';
import { GatewayError } from '@fieldwarden/core';
import { describe, expect, it } from 'vitest';
import { LocalActs } from './local-acts.js';

const by = (role: Role): Origin => ({ via: 'opcua', principal: gatewayPrincipal('otto', role), correlationId: 'c1' });

function acts(running: number | null = 7) {
  const rows: AuditEntry[] = [];
  const asked: unknown[] = [];
  const driver = { id: 'press', type: 's7', state: 'Healthy' };
  const answered = (...args: unknown[]) => {
    asked.push(args);
    return Promise.resolve({ generation: 8 });
  };
  const control = {
    drivers: () => [driver],
    operate: (id: string, action: string) => {
      if (id !== 'press')
        return Promise.reject(new GatewayError({ code: 'DRIVER_UNKNOWN', kind: 'config', message: `no driver ${id}` }));
      asked.push([id, action]);
      return Promise.resolve(driver);
    },
    config: { publish: answered, rollback: answered },
  };
  const local = new LocalActs({
    control: control as never,
    audit: { record: (row) => rows.push(row) },
    running: () => running,
  });
  return { local, rows, asked };
}

describe('acts of people who come in by a service (§10.1, §13.4)', () => {
  it('are carried out by whoever may, with a row of the audit', async () => {
    const { local, rows, asked } = acts();
    const pressed = { driverId: 'press', type: 's7', state: 'Healthy' };
    expect(await local.drivers()).toEqual([pressed]);
    expect(await local.driver({ driverId: 'press', action: 'restart' }, by('engineer'))).toEqual(pressed);
    expect(asked).toEqual([['press', 'restart']]);
    expect(rows).toMatchObject([
      {
        user: 'otto',
        via: 'opcua',
        action: 'act',
        subject: 'press',
        after: 'restart',
        outcome: 'done',
        correlationId: 'c1',
      },
    ]);
  });

  it('are refused to whoever may not, by the missing permission, with a row', async () => {
    const { local, rows, asked } = acts();
    const refused = { kind: 'forbidden', message: expect.stringContaining('publish') as string };
    await expect(local.publish({ comment: 'x' }, by('operator'))).rejects.toMatchObject(refused);
    await expect(local.driver({ driverId: 'press', action: 'stop' }, by('viewer'))).rejects.toMatchObject({
      kind: 'forbidden',
    });
    expect(asked).toEqual([]);
    expect(rows.map(({ action, outcome }) => [action, outcome])).toEqual([
      ['publish', 'refused'],
      ['act', 'refused'],
    ]);
  });

  it('that fail say why, and so does the audit', async () => {
    const { local, rows } = acts();
    await expect(local.driver({ driverId: 'none', action: 'stop' }, by('admin'))).rejects.toMatchObject({
      code: 'DRIVER_UNKNOWN',
    });
    expect(rows).toMatchObject([{ outcome: 'failed', reason: 'no driver none' }]);
  });

  it('publish the draft and go back to the generation before, with a message in either case', async () => {
    const { local, asked } = acts();
    const who = { name: 'otto', via: 'opcua', correlationId: 'c1', mayChangeAccess: false };
    expect(await local.publish({ comment: '' }, by('engineer'))).toEqual({ generation: 8 });
    await local.rollback({ toGeneration: undefined, comment: 'was better' }, by('engineer'));
    await local.rollback({ toGeneration: 3, comment: '' }, by('admin'));
    expect(asked).toEqual([
      [{ message: 'published over opcua' }, who],
      [{ generation: 6, message: 'was better' }, who],
      [{ generation: 3 }, { ...who, mayChangeAccess: true }],
    ]);
  });
});
