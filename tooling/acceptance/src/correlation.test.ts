import { waitFor } from '@fieldwarden/testkit';
import { DataType, StatusCodes } from 'node-opcua';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayProcess } from './processes/gateway-process.js';
import { OpcuaReader } from './opcua-reader.js';

interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly correlationId?: string;
}

const command = 'test/command';

/** One driver in a Host, which logs every command that it is given. */
const plant = {
  version: 1,
  site: 'test',
  logging: { level: 'debug', json: true },
  opcua: { securityPolicies: ['None'], anonymous: true },
  drivers: [
    {
      id: 'obedient',
      type: 'chaos',
      devices: [
        { id: 'cell', tags: [{ path: command, address: 'command', dataType: 'string', access: 'read-write' }] },
      ],
    },
  ],
};

describe('the correlation id of a request (§12.2)', () => {
  let gateway: GatewayProcess;

  beforeAll(async () => {
    gateway = await GatewayProcess.start(plant);
    await gateway.driverTurns('obedient', 'Healthy');
  });

  afterAll(async () => await gateway[Symbol.asyncDispose]());

  function linesWith(text: string): readonly LogLine[] {
    const lines = readFileSync(join(gateway.home, 'logs', 'fieldwarden.jsonl'), 'utf8').split('\n');
    return lines.filter((line) => line.includes(text) && line.endsWith('}')).map((line) => JSON.parse(line) as LogLine);
  }

  /** What the log says of one call: the line that the driver wrote in its Host while it served it, and the call's own. */
  async function callOf(correlationId: string): Promise<string> {
    const inHost = { message: 'chaos: ok', driverId: 'obedient', device: 'cell', capability: 'write' };
    const ofCall = { level: 'debug', driverType: 'chaos', capability: 'write', result: 'ok' };
    return await waitFor(
      () => {
        const lines = linesWith(correlationId);
        expect(lines).toEqual(
          expect.arrayContaining([expect.objectContaining(inHost), expect.objectContaining(ofCall)]),
        );
        return lines[0].correlationId;
      },
      { what: `the call ${correlationId} in the log` },
    );
  }

  it('of REST comes from its header, reaches the Host, and goes back with a refusal', async () => {
    const id = 'line-7.order-12';
    expect(await gateway.write(command, 'ok', { 'x-correlation-id': id })).toMatchObject({ outcome: 'done' });
    expect(await callOf(id)).toBe(id);
    const refused: unknown = await gateway.write(command, 5, { 'x-correlation-id': id });
    expect(refused).toMatchObject({ code: 'VALUE_TYPE_MISMATCH', correlationId: id });
  });

  it('of the command line is its own, and is said when the device says no', async () => {
    expect((await gateway.cli('tags', 'write', command, 'ok')).code).toBe(0);
    const id = await waitFor(() => linesWith('"cli-').at(-1)?.correlationId, { what: 'the write in the log' });
    expect(await callOf(id)).toMatch(/^cli-[0-9a-f]{16}$/);
    const refused = await gateway.cli('tags', 'write', command, 'dance');
    const said = /^Correlation id: (cli-[0-9a-f]{16})$/m.exec(refused.stderr)?.[1];
    expect(refused.code).toBe(1);
    await waitFor(() => linesWith(said!).length > 0, { what: 'the refused write in the log' });
  });

  it('of OPC UA is made of session name and request handle, and reaches the Host', async () => {
    await using client = await OpcuaReader.connect(gateway, 'test');
    expect(await client.write(command, { dataType: DataType.String, value: 'ok' })).toBe(StatusCodes.Good);
    const { name } = client.session as unknown as { readonly name: string };
    expect(await callOf(`opcua-${name}-`)).toMatch(new RegExp(`^opcua-${name}-\\d+$`));
  });
});
