import type { WriteAnswer } from '@fieldwarden/admin-contract';
import { waitFor } from '@fieldwarden/testkit';
import { DataType, StatusCodes } from 'node-opcua';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayProcess } from './gateway-process.js';
import { linePlant, LinePlcs } from './line-plant.js';
import { OpcuaReader } from './opcua-reader.js';

interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly correlationId?: string;
  readonly driverId?: string;
  readonly device?: string;
  readonly capability?: string;
  readonly durationMs?: number;
}

const count = 'line/press/count';

describe('the correlation id of a request (§12.2)', () => {
  let plcs: LinePlcs;
  let gateway: GatewayProcess;

  beforeAll(async () => {
    plcs = await LinePlcs.start();
    gateway = await GatewayProcess.start(linePlant(plcs, { logging: { level: 'debug', json: true } }));
    await gateway.driverTurns('press', 'Healthy');
  });

  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
    await plcs[Symbol.asyncDispose]();
  });

  function linesWith(correlationId: string): readonly LogLine[] {
    const text = readFileSync(join(gateway.home, 'logs', 'fieldwarden.jsonl'), 'utf8');
    const lines = text.split('\n').filter((line) => line.includes(correlationId) && line.endsWith('}'));
    return lines.map((line) => JSON.parse(line) as LogLine);
  }

  /** The call in the driver's Host, as the log has it. */
  async function callOf(correlationId: string): Promise<LogLine> {
    const isCall = (line: LogLine) => line.capability === 'write' && line.durationMs !== undefined;
    return await waitFor(() => linesWith(correlationId).find(isCall), { what: `the call ${correlationId} in the log` });
  }

  it('of REST comes from its header, stands at the call in the log, and goes back', async () => {
    const sent = { 'x-correlation-id': 'line-7.order-12' };
    expect(await gateway.write(count, 41, sent)).toMatchObject({ outcome: 'done' });
    const call = { driverId: 'press', device: 'plc', correlationId: 'line-7.order-12' };
    expect(await callOf('line-7.order-12')).toMatchObject(call);
    const refused = await gateway.write(count, 1e9, sent);
    expect(refused as WriteAnswer & { correlationId: string }).toMatchObject({ correlationId: 'line-7.order-12' });
  });

  it('of the command line is its own, and is said when the device says no', async () => {
    const done = await gateway.cli('tags', 'write', count, '42');
    expect(done.code).toBe(0);
    const text = readFileSync(join(gateway.home, 'logs', 'fieldwarden.jsonl'), 'utf8');
    const id = /"correlationId":"(cli-[0-9a-f]{16})"/.exec(text)?.[1];
    expect(await callOf(id!)).toMatchObject({ driverId: 'press', device: 'plc' });
    const refused = await gateway.cli('tags', 'write', count, '99999999');
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringMatching(/Correlation id: cli-[0-9a-f]{16}\n/) as string,
    ]);
  });

  it('of OPC UA is made of session name and request handle, and goes to the device', async () => {
    await using client = await OpcuaReader.connect(gateway, 'line');
    expect(await client.write(count, { dataType: DataType.Int16, value: 43 })).toBe(StatusCodes.Good);
    const { name } = client.session as unknown as { readonly name: string };
    const call = await callOf(`opcua-${name}-`);
    expect(call.correlationId).toMatch(new RegExp(`^opcua-${name}-\\d+$`));
    expect(call).toMatchObject({ driverId: 'press', device: 'plc' });
    expect(plcs.db1.readInt16BE(4)).toBe(43);
  });
});
