import type { DataType } from '@fieldwarden/core';
import type { Point } from '@fieldwarden/driver';
import type { ContractDevice, DriverContractFixture } from '@fieldwarden/testkit/contract-suite';
import chaosDriver from './driver.js';

/** Chaos on its best behaviour, as the contract suite sees it: only commands that break no process. */
export function chaosContract(options: Readonly<Record<string, unknown>> = {}): DriverContractFixture {
  return { definition: chaosDriver, start: () => Promise.resolve(tameDevice(options)) };
}

function tameDevice(options: Readonly<Record<string, unknown>>): ContractDevice {
  return {
    options,
    devices: [{ id: 'tame', options: {} }],
    deviceId: 'tame',
    spareDevice: { id: 'tamer', options: {} },
    missingNode: 'quiet',
    readable: [
      { point: point('command', 'string'), expected: 'ok' },
      { point: point('heldBytes', 'float64'), expected: 0 },
      { point: point('value', 'bool'), expected: false },
      { point: point('counter', 'uint32') },
      { point: point('pid', 'uint32') },
    ],
    writable: [
      { point: point('command', 'string'), value: 'slow:1' },
      { point: point('value', 'float32'), value: -0.25 },
      { point: point('value', 'int64'), value: 9_007_199_254_740_993n },
      { point: point('value', 'string'), value: 'lemon' },
    ],
    rejected: { point: point('command', 'string'), value: 'explode' },
    unparsable: point('chaos', 'int32'),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function point(address: string, scalar: DataType['scalar']): Point {
  return { path: `contract/${address}/${scalar}`, address, type: { scalar } };
}
