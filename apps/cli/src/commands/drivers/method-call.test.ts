import { TestServer } from '@fieldwarden/admin-api/testing';
import { GatewayError } from '@fieldwarden/core';
import { describe, expect, it } from 'vitest';
import { runHere } from '../../testing/run-here.js';
import { jsonOf, type MainResult } from '../../testing/run-main.js';

const run = async ({ home }: TestServer, ...args: string[]): Promise<MainResult> =>
  await runHere(['drivers', 'call', ...args], { FIELDWARDEN_HOME: home });

describe('drivers call', () => {
  it('prints what became of the call, and what the method gave back', async () => {
    await using server = await TestServer.start();
    const { devices } = server.control;
    devices.answerCall = () => Promise.resolve({ outcome: 'done', status: 'Good', outputs: [3, 'ok'] });
    const done = await run(server, 'packaging', 'rinse');
    expect(done).toEqual({ code: 0, stdout: 'rinse  done: the device confirmed\n3\n"ok"\n', stderr: '' });
    expect(jsonOf(await run(server, 'packaging', 'rinse', '--json'))).toMatchObject({ outputs: [3, 'ok'] });
  });

  it('takes arguments as in JSON, and anything else as text', async () => {
    await using server = await TestServer.start();
    await run(server, 'packaging', 'rinse', '5', 'true', '"5"', '[1,2]', 'a b', 'null', '{}', '--object', 'DB1');
    expect(server.control.devices.calls.map(({ call }) => call)).toEqual([
      { object: 'DB1', method: 'rinse', args: [5, true, '5', [1, 2], 'a b', 'null', '{}'] },
    ]);
  });

  it('fails with the outcome when the device said no, or nothing, and when it was not asked', async () => {
    await using server = await TestServer.start();
    const { devices } = server.control;
    const rejected = { outcome: 'rejected', status: 'BadMethodInvalid', outputs: [], message: 'no such' } as const;
    devices.answerCall = () => Promise.resolve(rejected);
    const said = await run(server, 'packaging', 'rinse');
    expect([said.code, said.stdout]).toEqual([1, 'rinse  rejected: the device said no (BadMethodInvalid: no such)\n']);
    devices.answerCall = () =>
      Promise.reject(new GatewayError({ code: 'CALL_TIMEOUT', kind: 'timeout', message: 'no answer' }));
    expect((await run(server, 'packaging', 'rinse')).stdout).toMatch(/^rinse {2}unknown: the call was sent/);
    const other = await run(server, 'packaging', 'rinse', '--device', 'mixer');
    expect(other).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('Outcome: not-sent') });
  });
});
