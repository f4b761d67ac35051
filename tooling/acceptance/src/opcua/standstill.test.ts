import type { ServiceList } from '@fieldwarden/admin-contract';
import { waitFor } from '@fieldwarden/testkit';
import { DataType, type DataValue } from 'node-opcua';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linePlant, LinePlcs } from '../line-plant.js';
import { OpcuaReader } from '../opcua-reader.js';
import { GatewayProcess } from '../processes/gateway-process.js';

const speed = 'line/unit-1/speed';
const setpoint = 'line/unit-1/setpoint';

const float = (value: number): object => ({ dataType: DataType.Float, value });

describe('OPC UA clients while something stands still (§16.4)', () => {
  let plcs: LinePlcs;
  let gateway: GatewayProcess;
  let reader: OpcuaReader;
  let latest: ReadonlyMap<string, DataValue>;

  beforeAll(async () => {
    plcs = await LinePlcs.start();
    gateway = await GatewayProcess.start(linePlant(plcs));
    await gateway.tagTurns(speed, 'Good');
    reader = await OpcuaReader.connect(gateway, 'line');
    latest = await reader.watch([speed]);
    await turns('Good');
  });

  afterAll(async () => {
    await reader[Symbol.asyncDispose]();
    await gateway[Symbol.asyncDispose]();
    await plcs[Symbol.asyncDispose]();
  });

  /** What is read and what was told both say so. */
  async function turns(status: string): Promise<void> {
    const says = async (): Promise<boolean> =>
      (await reader.read(speed)).statusCode.name === status && latest.get(speed)?.statusCode.name === status;
    await waitFor(says, { what: `${speed} to be ${status} for OPC UA clients`, timeoutMs: 30_000 });
  }

  function plcShows(value: number): void {
    plcs.modbus.unit(1).memory.holdingRegisters.setValue(0, { scalar: 'float32' }, value);
  }

  it('see old values as uncertain, then bad, while the gateway does, and can not write; then the new ones', async () => {
    gateway.signal('SIGSTOP');
    try {
      plcShows(77);
      await turns('UncertainLastUsableValue');
      expect((await reader.write(setpoint, float(50))).name).toBe('BadNoCommunication');
      await turns('BadNoCommunication');
    } finally {
      gateway.signal('SIGCONT');
    }
    await turns('Good');
    await waitFor(() => latest.get(speed)?.value.value === 77, { what: 'the new value' });
    const write = async (): Promise<boolean> => (await reader.write(setpoint, float(51))).isGood();
    await waitFor(write, { what: 'a write that is carried out' });
    expect(plcs.modbus.counters.writes).toHaveLength(1);
    expect(plcs.modbus.unit(1).memory.holdingRegisters.getValue(10, { scalar: 'float32' })).toBe(51);
  });

  it('are never shown an old value as good by a server that did, and what they wrote meanwhile is not carried out', async () => {
    const { services } = await gateway.get<ServiceList>('/services');
    const { pid } = services.find(({ id }) => id === 'opcua')!;
    const writesBefore = plcs.modbus.counters.writes.length;
    process.kill(pid!, 'SIGSTOP');
    const stoppedAtMs = performance.now();
    plcShows(99);
    const reads = [1, 2, 3].map(async () => await reader.read(speed));
    const late = reader.write(setpoint, float(60));
    await waitFor(() => performance.now() - stoppedAtMs > 4_500, { what: 'the standstill', timeoutMs: 10_000 });
    process.kill(pid!, 'SIGCONT');
    const shown = await Promise.all(reads);
    while (!shown.at(-1)!.statusCode.isGood()) shown.push(await reader.read(speed));
    expect(shown.filter(({ statusCode }) => statusCode.isGood()).map(({ value }) => value.value as number)).toEqual([
      99,
    ]);
    expect((await late).name).toBe('BadNoCommunication');
    expect(plcs.modbus.counters.writes).toHaveLength(writesBefore);
    await turns('Good');
    expect(latest.get(speed)?.value.value).toBe(99);
  });
});
