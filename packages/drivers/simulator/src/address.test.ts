import { isGatewayError, parseDataType, scalarTypes, statusCodes, type DataType } from '@fieldwarden/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exampleAddresses, parseSimulatorAddress } from './address.js';

const typeOf = (text: string): DataType => parseDataType(text)!;

describe('parses', () => {
  test('a wave with its parameters and defaults', () => {
    expect(parseSimulatorAddress('sine?periodMs=1000&amplitude=2', typeOf('float32'))).toEqual({
      kind: 'wave',
      wave: { shape: 'sine', periodMs: 1_000, amplitude: 2, offset: 50, phase: 0, seed: 1, modulo: undefined },
    });
  });

  test('a counter with step and modulo', () => {
    expect(parseSimulatorAddress('counter?step=5&modulo=10', typeOf('int32'))).toMatchObject({
      wave: { shape: 'counter', periodMs: 1_000, amplitude: 5, modulo: 10 },
    });
  });

  test.each([
    ['constant?value=42', 'int16', 42],
    ['constant?value=9007199254740993', 'uint64', 9_007_199_254_740_993n],
    ['constant?value=true', 'bool', true],
    ['constant?value=a b', 'string', 'a b'],
    ['constant?value=2030-01-01T00:00:00Z', 'datetime', Date.UTC(2030, 0, 1)],
    ['constant?value=AQI=', 'bytes', new Uint8Array([1, 2])],
    ['constant?value=7', 'uint8[3]', [7, 7, 7]],
  ])('%s as %s', (text, type, value) => {
    expect(parseSimulatorAddress(text, typeOf(type))).toEqual({ kind: 'constant', value });
  });

  test('a memory with and without an initial value', () => {
    expect(parseSimulatorAddress('memory', typeOf('string'))).toMatchObject({ kind: 'memory', initial: '' });
    expect(parseSimulatorAddress('memory?initial=5&cell=a', typeOf('int64'))).toMatchObject({ initial: 5n, cell: 'a' });
  });

  test('a memory that holds nothing yet, by type', () => {
    const initial = ['int64', 'datetime', 'bool', 'bytes', 'int8[2]'].map((type) =>
      parseSimulatorAddress('memory', typeOf(type)),
    );
    expect(initial.map((address) => (address as { initial: unknown }).initial)).toEqual([
      0n,
      0,
      false,
      new Uint8Array(),
      [0, 0],
    ]);
  });

  test('a failing one by the name of its status', () => {
    expect(parseSimulatorAddress('bad?status=BadSensorFailure&everyMs=100', typeOf('bool'))).toEqual({
      kind: 'bad',
      status: statusCodes.BadSensorFailure,
      everyMs: 100,
      value: false,
    });
  });

  test('every address that it offers for browsing, for some type', () => {
    for (const text of exampleAddresses) {
      const fits = scalarTypes.filter((scalar) => !refusalOf(text, { scalar }));
      expect(fits, text).not.toEqual([]);
    }
  });
});

test.each([
  ['sawtooth', 'float32', 'SIMULATOR_ADDRESS', 'is none of sine, ramp'],
  ['', 'float32', 'SIMULATOR_ADDRESS', 'is none of'],
  ['toString', 'float32', 'SIMULATOR_ADDRESS', 'is none of'],
  ['sine?speed=3', 'float32', 'SIMULATOR_ADDRESS', 'has no parameter "speed"; it takes periodMs, amplitude'],
  ['sine?phase=0&phase=1', 'float32', 'SIMULATOR_ADDRESS', 'gives phase twice'],
  ['sine?amplitude=big', 'float32', 'SIMULATOR_ADDRESS', 'needs a number for amplitude, not "big"'],
  ['sine?amplitude=', 'float32', 'SIMULATOR_ADDRESS', 'needs a number for amplitude'],
  ['sine?periodMs=0', 'float32', 'SIMULATOR_ADDRESS', 'needs more than 0 for periodMs'],
  ['sine?periodMs=1?x', 'float32', 'SIMULATOR_ADDRESS', 'is none of'],
  ['clock?x=1', 'datetime', 'SIMULATOR_ADDRESS', 'it takes no parameters'],
  ['constant', 'int8', 'SIMULATOR_ADDRESS', 'needs value=…'],
  ['bad?status=Good', 'int8', 'SIMULATOR_ADDRESS', 'name of a Bad or Uncertain'],
  ['bad?status=BadLuck', 'int8', 'SIMULATOR_ADDRESS', 'not "BadLuck"'],
  ['constant?value=300', 'uint8', 'SIMULATOR_TYPE', '300 does not fit uint8'],
  ['memory?initial=x', 'float32', 'SIMULATOR_TYPE', 'initial does not fit'],
  ['sine', 'string', 'SIMULATOR_TYPE', 'cannot give a string; use dataType bool'],
  ['clock', 'int64', 'SIMULATOR_TYPE', 'use dataType datetime'],
  ['string?values=a', 'bytes', 'SIMULATOR_TYPE', 'use dataType string'],
])('refuses %s as %s', (text, type, code, words) => {
  expect(refusalOf(text, typeOf(type))).toMatchObject({ kind: 'config', code });
  expect(refusalOf(text, typeOf(type))?.message).toContain(words);
});

test('any text is parsed or refused with kind config', () => {
  const names = fc.constantFrom('sine', 'counter', 'memory', 'bad', 'string', 'constant', 'random', '');
  const parameters = fc.array(
    fc.tuple(fc.constantFrom('periodMs', 'value', 'status', 'seed', 'initial', 'everyMs'), fc.string()),
    { maxLength: 3 },
  );
  const texts = fc.oneof(
    fc.string(),
    fc.tuple(names, parameters).map(([name, given]) => `${name}?${given.map((pair) => pair.join('=')).join('&')}`),
  );
  const types = fc.record({ scalar: fc.constantFrom(...scalarTypes) });
  fc.assert(
    fc.property(texts, types, (text, type) => {
      const refusal = refusalOf(text, type);
      expect(refusal === undefined || refusal.kind === 'config').toBe(true);
    }),
    { numRuns: 500 },
  );
});

function refusalOf(text: string, type: DataType) {
  try {
    parseSimulatorAddress(text, type);
    return undefined;
  } catch (error) {
    if (isGatewayError(error)) return error;
    throw error;
  }
}
