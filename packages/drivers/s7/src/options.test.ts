import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { optionsTable } from './options-table.js';
import { tsapNumber } from './line/tsap-number.js';
import { s7Options } from './options.js';

test('only the host has to be given', () => {
  expect(s7Options.parse({ host: 'plc' })).toEqual({
    host: 'plc',
    port: 102,
    rack: 0,
    slot: 1,
    timeoutMs: 2_000,
    connectTimeoutMs: 3_000,
    reconnect: { initialMs: 250, maxMs: 5_000, jitter: 0.3 },
    maxPduBytes: 960,
    maxParallel: 8,
    maxGapBytes: 16,
    stringPadding: 'nul',
  });
});

describe('refuses', () => {
  test.each([
    ['no host', {}],
    ['an empty host', { host: '' }],
    ['an address that resolvers read as another', { host: '127.000.000.010' }],
    ['a port beyond 65535', { host: 'plc', port: 65_536 }],
    ['a rack beyond 7', { host: 'plc', rack: 8 }],
    ['a slot beyond 31', { host: 'plc', slot: 32 }],
    ['a TSAP that is none', { host: 'plc', remoteTSAP: '3.1' }],
    ['a time-out of no time', { host: 'plc', timeoutMs: 0 }],
    ['fields it does not know', { host: 'plc', hots: 'plc' }],
    ['fields it does not know inside', { host: 'plc', reconnect: { firstMs: 1 } }],
  ])('%s', (_, options) => {
    expect(s7Options.safeParse(options).success).toBe(false);
  });
});

test('a TSAP is a number or its two bytes', () => {
  expect([tsapNumber('03.01'), tsapNumber('10.00'), tsapNumber(0x0102)]).toEqual([0x0301, 0x1000, 0x0102]);
});

test('the README shows the options as they are', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const plain = (text: string): string => text.replaceAll(/[ -]+/g, ' ');
  expect(plain(readme)).toContain(plain(optionsTable()));
});
