import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { systemClock } from '@fieldwarden/core';
import { FakeClock } from '@fieldwarden/testkit';
import { expect, test } from 'vitest';
import { modbusFrame, RawClient } from './raw-client.js';
import { startRig, type Rig } from './rig.js';
import { parseRigOptions } from './rig-options.js';

const anyPorts = parseRigOptions(
  ['--modbus-port=0', '--s7-port=0', '--mqtt-port=0', '--opcua-port=0', '--control-port=0'],
  {},
);

test('machines speed up to their setpoints as time goes by', async () => {
  const clock = new FakeClock();
  await using rig = await startRig(anyPorts, clock);
  expect((await unitState(rig, 1)).mode).toBe('speeding-up');
  await clock.advance(13_000);
  const { mode, speed, count } = await unitState(rig, 1);
  expect(mode).toBe('producing');
  expect(Math.abs(speed - 60)).toBeLessThanOrEqual(0.3);
  expect(count).toBeGreaterThan(3);
  const { state } = (await get(rig, '/plc/s7')) as { state: UnitState };
  expect(state.mode).toBe('producing');
});

test('a setpoint and a start coil written over Modbus move the machine', async () => {
  const clock = new FakeClock();
  await using rig = await startRig(anyPorts, clock);
  const setpoint = Buffer.alloc(4);
  setpoint.writeFloatBE(30);
  expect(await exchange(rig, 2, Buffer.concat([Buffer.from([16, 0, 100, 0, 2, 4]), setpoint]))).toEqual(
    Buffer.from([16, 0, 100, 0, 2]),
  );
  await clock.advance(10_000);
  const [functionCode, byteCount, ...speed] = await exchange(rig, 2, Buffer.from([3, 0, 0, 0, 2]));
  expect([functionCode, byteCount]).toEqual([3, 4]);
  expect(Math.abs(Buffer.from(speed).readFloatBE() - 30)).toBeLessThanOrEqual(0.3);
  await exchange(rig, 2, Buffer.from([5, 0, 0, 0, 0]));
  await clock.advance(10_000);
  expect((await unitState(rig, 2)).mode).toBe('stopped');
});

test('after a long pause the machines go on from where they were', async () => {
  const clock = new FakeClock();
  await using rig = await startRig(anyPorts, clock);
  clock.stall(3_600_000);
  await clock.advance(0);
  expect((await unitState(rig, 1)).count).toBe(0);
  await clock.advance(1_000);
  expect((await unitState(rig, 1)).speed).toBeLessThan(13);
});

test('tells at / what there is, how it does, and which knobs it has', async () => {
  await using rig = await startRig(anyPorts, systemClock);
  const all = (await get(rig, '/')) as {
    plcs: Record<string, { port: number; units?: Record<string, { machine: string; available: object }> }>;
    routes: object;
  };
  expect(all).toMatchObject({ schema: 'fieldwarden/rig@1' });
  expect([all.plcs.modbus.port, all.plcs.s7.port]).toEqual([rig.ports.modbus, rig.ports.s7]);
  expect(Object.values(all.plcs.modbus.units!).map(({ machine }) => machine)).toEqual(['filler', 'capper', 'labeller']);
  expect(all.plcs.modbus.units![1].available).toHaveProperty('silent');
  expect(Object.keys(all.routes)).toContain('PUT /plc/<plc>/knobs');
});

const readSpeed = Buffer.from([3, 0, 0, 0, 2]);

test('a knob of one unit leaves its siblings alone, and is reset by DELETE', async () => {
  await using rig = await startRig(anyPorts, systemClock);
  await put(rig, '/plc/modbus/unit/2/knobs', { exception: 4 });
  expect(await exchange(rig, 2, readSpeed)).toEqual(Buffer.from([0x83, 4]));
  expect((await exchange(rig, 1, readSpeed))[0]).toBe(3);
  expect(await get(rig, '/plc/modbus/unit/2/knobs')).toEqual({ knobs: { exception: 4 } });
  await call(rig, 'DELETE', '/plc/modbus/unit/2/knobs');
  expect((await exchange(rig, 2, readSpeed))[0]).toBe(3);
  await put(rig, '/plc/modbus/knobs', { exception: 6 });
  await call(rig, 'DELETE', '/plc/modbus/unit/2/knobs');
  expect(await exchange(rig, 2, readSpeed)).toEqual(Buffer.from([0x83, 6]));
});

test("a unit's knob goes before the PLC's; resetting the PLC resets its units", async () => {
  await using rig = await startRig(anyPorts, systemClock);
  await put(rig, '/plc/modbus/unit/2/knobs', { exception: 4 });
  await put(rig, '/plc/modbus/knobs', { exception: 6 });
  expect([await exchange(rig, 1, readSpeed), await exchange(rig, 2, readSpeed)]).toEqual([
    Buffer.from([0x83, 6]),
    Buffer.from([0x83, 4]),
  ]);
  await call(rig, 'DELETE', '/plc/modbus/knobs');
  expect((await exchange(rig, 2, readSpeed))[0]).toBe(3);
});

test('PUT replaces: knobs that are not named are off again', async () => {
  await using rig = await startRig(anyPorts, systemClock);
  await put(rig, '/plc/modbus/unit/1/knobs', { exception: 4 });
  await put(rig, '/plc/modbus/unit/1/knobs', { maxRegisters: 1 });
  expect(await exchange(rig, 1, readSpeed)).toEqual(Buffer.from([0x83, 3]));
});

test.each(['modbus', 's7'] as const)(
  'a refusing %s resets connections and refuses new ones until it is reset',
  async (name) => {
    await using rig = await startRig(anyPorts, systemClock);
    const socket = connect(rig.ports[name], '127.0.0.1');
    await once(socket, 'connect');
    const isGone = once(socket, 'close').catch(() => undefined);
    socket.on('error', () => undefined);
    await put(rig, `/plc/${name}/knobs`, { refuse: true });
    await isGone;
    await expect(once(connect(rig.ports[name], '127.0.0.1'), 'connect')).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
    await call(rig, 'DELETE', `/plc/${name}/knobs`);
    const back = connect(rig.ports[name], '127.0.0.1');
    await once(back, 'connect');
    back.destroy();
  },
);

test.each([
  ['GET', '/nowhere', undefined, 404, 'there is nothing at /nowhere'],
  ['GET', '/plc/beckhoff', undefined, 404, 'there is no PLC "beckhoff"; there are modbus, s7'],
  ['PUT', '/plc/modbus/unit/9/knobs', '{}', 404, 'modbus has no unit "9"; there are 1, 2, 3'],
  ['PUT', '/plc/s7/unit/1/knobs', '{}', 404, 's7 has no unit "1"; it has none'],
  ['POST', '/', undefined, 405, 'POST is not possible on /; GET is'],
  ['POST', '/plc/s7/knobs', '{}', 405, 'POST is not possible on /plc/s7/knobs; GET, PUT, DELETE are'],
  ['PUT', '/plc/modbus/knobs', '{silent}', 400, 'the body is no JSON'],
  ['PUT', '/plc/modbus/knobs', '', 400, 'the body is no JSON'],
  ['PUT', '/plc/modbus/knobs', '[]', 400, 'expected a JSON object of knobs'],
  ['PUT', '/plc/modbus/unit/1/knobs', '{"refuse":true}', 400, 'there is no knob "refuse" here'],
  ['PUT', '/plc/s7/knobs', '{"delayMs":"long"}', 400, 'delayMs must be a whole number'],
  ['PUT', '/plc/s7/knobs', `{"a":"${'x'.repeat(20_000)}"}`, 413, 'at most 16384 bytes'],
])('%s %s with body %s is answered %i', async (method, path, body, status, words) => {
  await using rig = await startRig(anyPorts, systemClock);
  const response = await fetch(`http://127.0.0.1:${rig.ports.control}${path}`, { method, body });
  expect(response.status).toBe(status);
  expect(((await response.json()) as { error: string }).error).toContain(words);
});

test.each(['modbus', 's7', 'control'] as const)(
  'names port and flag when the %s port is taken, and leaves nothing behind',
  async (name) => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(
      startRig({ ...anyPorts, ports: { ...anyPorts.ports, [name]: port } }, systemClock),
    ).rejects.toMatchObject({
      code: 'RIG_PORT_TAKEN',
      message: expect.stringMatching(new RegExp(`port ${port} .*is taken.*--${name}-port`)) as string,
    });
    other.close();
  },
);

test('frees its ports when it stops', async () => {
  const rig = await startRig(anyPorts, systemClock);
  await rig[Symbol.asyncDispose]();
  await using again = await startRig({ ...anyPorts, ports: rig.ports }, systemClock);
  expect(again.ports).toEqual(rig.ports);
});

interface UnitState {
  readonly mode: string;
  readonly speed: number;
  readonly count: number;
}

async function unitState(rig: Rig, unit: number): Promise<UnitState> {
  return ((await get(rig, `/plc/modbus/unit/${unit}`)) as { state: UnitState }).state;
}

function get(rig: Rig, path: string): Promise<unknown> {
  return call(rig, 'GET', path);
}

function put(rig: Rig, path: string, knobs: object): Promise<unknown> {
  return call(rig, 'PUT', path, JSON.stringify(knobs));
}

async function call(rig: Rig, method: string, path: string, body?: string): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${rig.ports.control}${path}`, { method, body });
  const answer: unknown = await response.json();
  expect(response.status, JSON.stringify(answer)).toBe(200);
  return answer;
}

/** The PDU of the answer. */
async function exchange(rig: Rig, unit: number, pdu: Buffer): Promise<Buffer> {
  using client = await RawClient.connect(rig.ports.modbus);
  client.send(modbusFrame(1, unit, pdu));
  return (await client.receives(9)).subarray(7);
}
