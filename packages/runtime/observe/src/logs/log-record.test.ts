import { GatewayError } from '@fieldwarden/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeRecord, maxMessageLength, toConsoleLine, toJsonLine, toTextLine } from './log-record.js';

const at = Date.UTC(2030, 0, 1, 12);

describe('a log record (§12.2)', () => {
  it('is the JSON line of the specification', () => {
    const fields = {
      driverId: 'p',
      driverType: 'modbus',
      device: 'filler',
      capability: 'read',
      correlationId: 'c0',
      spawn: 2,
    };
    expect(toJsonLine(makeRecord('warn', 'read failed', fields, at))).toBe(
      '{"timestamp":"2030-01-01T12:00:00.000Z","level":"warn","message":"read failed","driverId":"p","driverType":"modbus","device":"filler","capability":"read","correlationId":"c0","spawn":2}',
    );
  });

  it('cannot be made to lie about its time, level or message', () => {
    const record = makeRecord('info', 'true', { message: 'false', level: 'error', timestamp: 'never' }, at);
    expect(record).toEqual({ timestamp: '2030-01-01T12:00:00.000Z', level: 'info', message: 'true' });
  });

  it('tells errors with code, kind and cause', () => {
    const error = new GatewayError({
      code: 'MODBUS_TIMEOUT',
      kind: 'timeout',
      message: 'no answer',
      cause: new Error('late'),
    });
    const record = makeRecord('error', 'read failed', { error }, at);
    expect(JSON.parse(toJsonLine(record))).toMatchObject({
      error: { code: 'MODBUS_TIMEOUT', kind: 'timeout', message: 'no answer', cause: { message: 'late' } },
    });
    expect(toTextLine(record)).toBe('2030-01-01T12:00:00.000Z error read failed error=MODBUS_TIMEOUT "no answer"');
    const foreign = makeRecord('error', 'x', { error: new TypeError('not a function') }, at);
    expect(toTextLine(foreign)).toContain('error=TypeError "not a function"');
  });

  it('is short for people', () => {
    const fields = { driverId: 'p', driverType: 'modbus', device: 'filler', ms: 12, what: 'two words', list: [1, 2n] };
    const record = makeRecord('info', 'connected', fields, at);
    expect(toTextLine(record)).toBe(
      '2030-01-01T12:00:00.000Z info  p/filler connected ms=12 what="two words" list=[1,"2"]',
    );
    expect(toConsoleLine(record)).toMatch(/^\d\d:\d\d:\d\d info {2}p\/filler connected /);
  });

  it('is cut when a message is no message', () => {
    expect(makeRecord('info', 'x'.repeat(1_000_000), {}, at).message).toHaveLength(maxMessageLength + 1);
  });

  it('cannot start a line of its own, nor steer the terminal, by what a device says', () => {
    const line = toTextLine(makeRecord('info', 'name is\r\n2030 error forged\u001b[2J\u0007', {}, at));
    expect(line.split('\n')).toEqual([
      '2030-01-01T12:00:00.000Z info  name is',
      '    2030 error forged\ufffd[2J\ufffd',
    ]);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (message, field) => {
        const text = toTextLine(makeRecord('info', message, { field }, at));
        expect(text).not.toMatch(/[^\P{Cc}\n\t]/u);
        expect(
          text
            .split('\n')
            .slice(1)
            .every((rest) => rest.startsWith('    ')),
        ).toBe(true);
      }),
    );
  });

  it('gives a line whatever its fields hold', () => {
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    const record = makeRecord('info', 'odd', { driverId: 'p', cyclic, big: 5n }, at);
    expect(JSON.parse(toJsonLine(record))).toMatchObject({ level: 'info', message: 'odd', driverId: 'p' });
    expect(toTextLine(record)).toContain('cyclic=(unserializable) big=5');
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything()), (fields) => {
        const odd = makeRecord('info', 'odd', fields, at);
        expect(JSON.parse(toJsonLine(odd))).toMatchObject({ message: 'odd' });
        expect(toTextLine(odd)).toContain('odd');
      }),
    );
  });
});
