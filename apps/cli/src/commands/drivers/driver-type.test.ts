import { expect, test } from 'vitest';
import { optionRows } from '../../output/option-rows.js';
import { runHere } from '../../testing/run-here.js';

test('an option says what it takes, its default, whether it must be given, and examples', () => {
  const { MIN_SAFE_INTEGER: minimum, MAX_SAFE_INTEGER: maximum } = Number;
  const rows = optionRows({
    type: 'object',
    required: ['host'],
    properties: {
      host: { type: 'string', description: 'Name', examples: ['plc'] },
      timeoutMs: { type: 'number', minimum: 10, maximum: 60_000, default: 1_000, description: 'Wait', unit: 'ms' },
      order: { type: 'string', enum: ['ABCD', 'CDAB'], default: 'ABCD' },
      slot: { anyOf: [{ type: 'integer', minimum: 0, maximum }, { type: 'string' }, { type: 'null' }] },
      share: { type: 'number', exclusiveMinimum: 0, default: 1 },
      count: { type: 'integer', minimum, maximum },
      on: { type: 'boolean', default: false },
    },
  });
  const plain = { required: false, default: null, description: '', examples: [] };
  expect(rows).toEqual([
    { ...plain, name: 'host', required: true, takes: 'text', description: 'Name', examples: ['plc'] },
    { ...plain, name: 'timeoutMs', default: 1_000, takes: '10 to 60000 ms', description: 'Wait' },
    { ...plain, name: 'order', default: 'ABCD', takes: 'ABCD, CDAB' },
    { ...plain, name: 'slot', takes: 'at least 0 or text or null' },
    { ...plain, name: 'share', default: 1, takes: 'above 0' },
    { ...plain, name: 'count', takes: 'whole number' },
    { ...plain, name: 'on', default: false, takes: 'true or false' },
  ]);
});

test('options within an option are named by their way', () => {
  const maxMs = { type: 'integer', default: 5 };
  const rows = optionRows({ properties: { reconnect: { type: 'object', properties: { maxMs } } } });
  expect(rows.map(({ name }) => name)).toEqual(['reconnect.maxMs']);
});

test('drivers show describes the options of a type and of its devices, without a gateway', async () => {
  const { code, stdout } = await runHere(['drivers', 'show', 'modbus']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^modbus {2}version .* tier B, runs in: gateway$/m);
  expect(stdout).toMatch(
    /^ {2}host +required +text +Name or address of the device or gateway \(e\.g\. "192\.168\.0\.10"\)$/m,
  );
  expect(stdout).toMatch(/^ {2}timeoutMs +1000 +10 to 60000 ms +How long to wait/m);
  expect(stdout).toMatch(/^ {2}reconnect\.maxMs +2000 /m);
  expect(stdout).toMatch(/^Options of a device$[^]*^ {2}unitId +1 +0 to 255 +Unit id/m);
});

test('every option of every built-in type is described', async () => {
  const { stdout } = await runHere(['drivers', 'types', '--json']);
  const { types } = JSON.parse(stdout) as { types: { type: string }[] };
  for (const { type } of types) {
    const shown = JSON.parse((await runHere(['drivers', 'show', type, '--json'])).stdout) as Record<string, unknown>;
    expect(shown).toMatchObject({ schema: 'fieldwarden/driver-type@1', type });
    const options = [
      ...(shown.options as { description: string }[]),
      ...(shown.deviceOptions as { description: string }[]),
    ];
    for (const option of options) expect(option, type).toMatchObject({ description: expect.stringMatching(/\w/) });
  }
});

test('an unknown type fails, naming the known ones', async () => {
  const { code, stderr } = await runHere(['drivers', 'show', 'modbuss']);
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/"modbuss"[^]*modbus, modbus-rtu, mqtt, opcua-client, s7, simulator/),
  ]);
});
