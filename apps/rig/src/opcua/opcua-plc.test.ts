import { systemClock } from '@fieldwarden/core';
import { waitFor } from '@fieldwarden/testkit';
import { AttributeIds, DataType, OPCUAClient, StatusCodes, type ClientSession } from 'node-opcua';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wrapper } from '../machine/machines.js';
import { OpcUaPlc } from './opcua-plc.js';

const open = new AsyncDisposableStack();
let plc: OpcUaPlc;
let session: ClientSession;

beforeAll(async () => {
  plc = open.use(await OpcUaPlc.listen('127.0.0.1', 0, wrapper, systemClock));
  expect(plc.isServing).toBe(false);
  const client = OPCUAClient.create({ endpointMustExist: false, connectionStrategy: { maxRetry: 0 } });
  await client.connect(`opc.tcp://127.0.0.1:${plc.port}`);
  open.defer(() => client.disconnect());
  session = await client.createSession();
  plc.machines[0].advance(100);
}, 120_000);

afterAll(() => open.disposeAsync());

const id = (name: string): string => `ns=3;s=Wrapper${name}`;

const valueOf = async (name: string): Promise<unknown> =>
  (await session.read({ nodeId: id(name), attributeId: AttributeIds.Value })).value.value as unknown;

async function write(name: string, dataType: DataType, value: unknown): Promise<string> {
  const request = { nodeId: id(name), attributeId: AttributeIds.Value, value: { value: { dataType, value } } };
  return (await session.write(request)).name;
}

test('its server starts for the first client, and shows what the machine does', async () => {
  expect(plc.isServing).toBe(true);
  await waitFor(async () => (await valueOf('.Setpoint')) === 50, { what: 'the set point' });
  expect(await valueOf('.Recipe')).toMatchObject({ film: 'clear', layers: [{ name: 'bottom' }, { turns: 5 }] });
});

test('takes a set point within its range, and stops when it is told so', async () => {
  expect(await write('.Setpoint', DataType.Double, 200)).toBe('BadOutOfRange');
  expect(await write('.Setpoint', DataType.Double, 30)).toBe('Good');
  await waitFor(() => (plc.machines[0].describe().setpoint === 30 ? true : undefined), {
    what: 'the machine to have it',
  });
  expect(await write('.Speed', DataType.Double, 1)).toBe('BadNotWritable');
});

test('has methods with arguments', async () => {
  const inputArguments = [{ dataType: DataType.Double, value: 40 }];
  const called = await session.call({ objectId: id(''), methodId: id('.StartAt'), inputArguments });
  expect(called.statusCode).toBe(StatusCodes.Good);
  expect(called.outputArguments![0].value).toBe(30);
  await waitFor(() => plc.machines[0].describe().setpoint === 40, { what: 'the machine to have it' });
  expect((await session.call({ objectId: id(''), methodId: id('.Stop') })).statusCode).toBe(StatusCodes.Good);
  await waitFor(() => !plc.machines[0].describe().start, { what: 'the machine to be told to stop' });
});

test('keeps the history of its speed', async () => {
  plc.machines[0].advance(1_000);
  await waitFor(
    async () => {
      const { historyData, statusCode } = await session.readHistoryValue(
        id('.Speed'),
        new Date(Date.now() - 60_000),
        new Date(),
      );
      expect(statusCode).toBe(StatusCodes.Good);
      return ((historyData as { dataValues?: unknown[] }).dataValues?.length ?? 0) > 0;
    },
    { what: 'values in the past' },
  );
});
