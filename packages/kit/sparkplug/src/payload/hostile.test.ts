import { isGatewayError } from '@fieldwarden/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeForeign } from '../testing/foreign-codec.js';
import { decodePayload } from './decode-payload.js';
import { metricValue } from './decode-value.js';

function errorOf(bytes: Uint8Array): string | undefined {
  try {
    decodePayload(bytes);
    return undefined;
  } catch (error) {
    if (isGatewayError(error) && error.kind === 'protocol') return error.code;
    throw error;
  }
}

const whole = encodeForeign({
  timestamp: '5',
  seq: '1',
  metrics: [
    {
      name: 'a/b',
      alias: '7',
      timestamp: '6',
      datatype: 3,
      int_value: 5,
      properties: { keys: ['Quality'], values: [{ type: 3, int_value: 192 }] },
    },
    {
      name: 'füllstand',
      datatype: 16,
      dataset_value: { num_of_columns: 1, columns: ['x'], types: [3], rows: [{ elements: [{ int_value: 1 }] }] },
    },
    {
      name: 't',
      datatype: 19,
      template_value: { template_ref: 'r', metrics: [{ name: 'm', datatype: 12, string_value: 'text' }] },
    },
  ],
});

it('any bytes are a payload, or refused with a named error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => void errorOf(bytes)),
    { numRuns: 3000 },
  );
});

it('a payload cut at any byte, or with any byte turned over, is read or refused with a named error', () => {
  for (let length = 0; length < whole.length; length++) errorOf(whole.subarray(0, length));
  for (let at = 0; at < whole.length; at++) {
    for (const flip of [0x01, 0x80, 0xff]) {
      const broken = Uint8Array.from(whole);
      broken[at] ^= flip;
      errorOf(broken);
    }
  }
  expect(errorOf(whole.subarray(0, whole.length - 3))).toBe('SPARKPLUG_TRUNCATED');
});

it('names what is wrong, and where', () => {
  expect(() => decodePayload(Uint8Array.of(0x12, 0x7f))).toThrow(
    'No Sparkplug payload: it ends in the middle of a field, at byte 2 of 2',
  );
  expect(() => decodePayload(Uint8Array.from(Array<number>(11).fill(0x80)))).toThrow('a number of more than 10 bytes');
  expect(() => decodePayload(Uint8Array.of(0x12, 0x04, 0x0a, 0x02, 0xff, 0xfe))).toThrow('a text that is no UTF-8');
  expect(() => decodePayload(Uint8Array.of(0x0e))).toThrow('wire type 6 of field 1');
  expect(() => decodePayload(Buffer.from('{"v":1}'))).toThrow('No Sparkplug payload');
});

it('passes over fields that it does not know, of every wire type, and known ones of another wire type', () => {
  const unknown = [
    0x78, 0x01, 0x79, 1, 2, 3, 4, 5, 6, 7, 8, 0x7a, 0x02, 9, 9, 0x7d, 1, 2, 3, 4, 0x7b, 0x08, 0x05, 0x0b, 0x0c, 0x7c,
    0x0d, 1, 2, 3, 4,
  ];
  const payload = decodePayload(Uint8Array.from([...unknown, ...whole]));
  expect(payload.metrics.map((metric) => metric.name)).toEqual(['a/b', 'füllstand', 't']);
  expect(payload.timestampMs).toBe(5);
});

it('bounds depth: of templates, of groups', () => {
  // A template holds metrics in field 2 (0x12), a metric a template in field 18 (0x92 0x01).
  let metric: number[] = [];
  for (let i = 0; i < 100; i++) {
    const template = [0x12, (metric.length & 0x7f) | 0x80, metric.length >>> 7, ...metric];
    metric = [0x92, 0x01, (template.length & 0x7f) | 0x80, template.length >>> 7, ...template];
  }
  const bytes = Uint8Array.from([0x12, (metric.length & 0x7f) | 0x80, metric.length >>> 7, ...metric]);
  expect(errorOf(bytes)).toBe('SPARKPLUG_TOO_DEEP');
  expect(errorOf(new Uint8Array(100_000).fill(0x7b))).toBe('SPARKPLUG_TOO_DEEP');
});

it('bounds how much a few bytes may become', () => {
  const empties = new Uint8Array(4_000_000);
  for (let at = 0; at < empties.length; at += 2) empties[at] = 0x12;
  expect(errorOf(empties)).toBe('SPARKPLUG_TOO_LARGE');
  // 4,294,967,295 booleans promised in five bytes.
  const [metric] = decodePayload(
    encodeForeign({ metrics: [{ datatype: 32, bytes_value: Buffer.from([255, 255, 255, 255, 1]) }] }),
  ).metrics;
  expect(() => metricValue(metric)).toThrow('4294967295 values do not stand in 5 bytes');
  // A length of 2 GiB in a short packet.
  expect(errorOf(Uint8Array.of(0x22, 0xff, 0xff, 0xff, 0xff, 0x07))).toBe('SPARKPLUG_TRUNCATED');
});
