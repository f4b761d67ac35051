import { parseDataType, statusCodes, statusName } from '@fieldwarden/core';
import { describe, expect, it } from 'vitest';
import { parseMqttAddress } from '../address/address.js';
import { mqttTagOptions } from '../tag-options.js';
import { Decoder } from './decoder.js';
import { ReceivedMessage } from './received-message.js';

const arrivedAtMs = Date.parse('2026-05-01T12:00:00Z');

/** `value status time`, as short as a table needs it. */
function told(payload: string | Uint8Array, dataType: string, options: object = {}, isRetained = false): unknown {
  const type = parseDataType(dataType)!;
  const parsed = mqttTagOptions.parse(options);
  const decoder = new Decoder(parseMqttAddress('a/b', type, parsed).selector, type, parsed);
  const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;
  const reading = decoder.read(new ReceivedMessage('a/b', bytes, isRetained, arrivedAtMs));
  if (!reading) return 'nothing';
  const { value, status, sourceAtMs, hasOwnTime } = reading;
  return [value, statusName(status), ...(hasOwnTime ? [new Date(sourceAtMs).toISOString()] : [])];
}

describe('a payload as a value (§9.4)', () => {
  it.each([
    ['12.5', 'float64', {}, [12.5, 'Good']],
    ['{"v":12.5}', 'float32', { jsonPath: '$.v' }, [12.5, 'Good']],
    ['{"v":"12.5"}', 'float32', { jsonPath: '$.v' }, [12.5, 'Good']],
    ['9007199254740993', 'int64', {}, [9_007_199_254_740_993n, 'Good']],
    ['{"v":[{"n":18446744073709551615}]}', 'uint64', { jsonPath: '$.v[0].n' }, [18_446_744_073_709_551_615n, 'Good']],
    ['"9007199254740993"', 'int64', {}, [9_007_199_254_740_993n, 'Good']],
    ['300', 'uint8', {}, [undefined, 'BadOutOfRange']],
    ['1.5', 'int16', {}, [undefined, 'BadTypeMismatch']],
    ['1e39', 'float32', {}, [undefined, 'BadOutOfRange']],
    ['{"v":"ON"}', 'bool', { jsonPath: '$.v' }, [true, 'Good']],
    ['"maybe"', 'bool', {}, [undefined, 'BadDecodingError']],
    ['{"a":1}', 'string', {}, ['{"a":1}', 'Good']],
    ['"AQI="', 'bytes', {}, [Uint8Array.of(1, 2), 'Good']],
    ['"2026-01-02T03:04:05Z"', 'datetime', {}, [Date.parse('2026-01-02T03:04:05Z'), 'Good']],
    ['[1,2,3]', 'uint8[3]', {}, [[1, 2, 3], 'Good']],
    ['[1,2]', 'uint8[3]', {}, [undefined, 'BadTypeMismatch']],
    ['online', 'float64', {}, [undefined, 'BadDecodingError']],
    ['{"v":null}', 'float64', { jsonPath: '$.v' }, [undefined, 'BadNoData']],
    ['{"w":1}', 'float64', { jsonPath: '$.v' }, [undefined, 'BadNoData']],
    ['{"w":1}', 'float64', { jsonPath: '$.v', missing: 'keep' }, 'nothing'],
    ['online', 'float64', { jsonPath: '$.v', missing: 'keep' }, [undefined, 'BadDecodingError']],
    ['online', 'string', { payload: 'text' }, ['online', 'Good']],
    [' 12.5\n', 'float64', { payload: 'text' }, [12.5, 'Good']],
    ['12,5', 'float64', { payload: 'text', decimalComma: true }, [12.5, 'Good']],
    ['12,5', 'float64', { payload: 'text' }, [undefined, 'BadDecodingError']],
    ['', 'float64', { payload: 'text' }, [undefined, 'BadDecodingError']],
    ['0x10', 'int32', { payload: 'text' }, [undefined, 'BadDecodingError']],
  ])('%s for %s with %j', (payload, dataType, options, expected) => {
    expect(told(payload, dataType, options)).toEqual(expected);
  });

  it('is Bad where its bytes are no UTF-8, and as they are where it is raw', () => {
    expect(told(Uint8Array.of(0xff, 0x31), 'float64')).toEqual([undefined, 'BadDecodingError']);
    expect(told(Uint8Array.of(0xff, 0x31), 'bytes', { payload: 'raw' })).toEqual([Uint8Array.of(0xff, 0x31), 'Good']);
  });

  it.each([
    ['{"v":1,"t":"2026-01-02T03:04:05Z"}', undefined, '2026-01-02T03:04:05.000Z'],
    ['{"v":1,"t":"2026-01-02T03:04:05+02:00"}', 'iso', '2026-01-02T01:04:05.000Z'],
    ['{"v":1,"t":"2026-01-02 03:04:05"}', 'iso', '2026-01-02T03:04:05.000Z'],
    ['{"v":1,"t":1767323045000}', undefined, '2026-01-02T03:04:05.000Z'],
    ['{"v":1,"t":1767323045}', 's', '2026-01-02T03:04:05.000Z'],
    ['{"v":1,"t":"1767323045.5"}', 's', '2026-01-02T03:04:05.500Z'],
    ['{"v":1,"t":1767323045000000}', 'us', '2026-01-02T03:04:05.000Z'],
  ])('has its own time: %s as %s', (payload, timeFormat, at) => {
    const options = { jsonPath: '$.v', timePath: '$.t', ...(timeFormat && { timeFormat }) };
    expect(told(payload, 'float64', options)).toEqual([1, 'Good', at]);
    expect(told(payload, 'float64', options, true)).toEqual([1, 'Good', at]);
  });

  it('whose time cannot be read says that the plant is wrong about it', () => {
    expect(told('{"v":1,"t":5}', 'float64', { jsonPath: '$.v', timePath: '$.t', timeFormat: 'iso' })).toEqual([
      1,
      'UncertainConfigurationError',
    ]);
  });

  it('that the broker kept is uncertain, unless it has its own time', () => {
    expect(told('1', 'float64', {}, true)).toEqual([1, 'UncertainLastUsableValue']);
  });

  it.each([
    ['0', undefined, 'Good'],
    [String(statusCodes.BadNoData), undefined, 'BadNoData'],
    ['"uncertain"', undefined, 'Uncertain'],
    ['"BadSensorFailure"', undefined, 'BadSensorFailure'],
    ['false', undefined, 'Bad'],
    ['null', undefined, 'Uncertain'],
    ['"what"', undefined, 'Uncertain'],
    ['192', { '192': 'good', '0': 'bad' }, 'Good'],
    ['0', { '192': 'good', '0': 'bad' }, 'Bad'],
    ['64', { '192': 'good', '0': 'bad' }, 'Uncertain'],
  ])('says its quality: %s with %j', (quality, qualityMap, status) => {
    const options = { jsonPath: '$.v', qualityPath: '$.q', ...(qualityMap && { qualityMap }) };
    expect(told(`{"v":1,"q":${quality}}`, 'float64', options)).toEqual([1, status]);
  });
});
