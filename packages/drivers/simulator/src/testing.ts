import { delay, systemClock, type DataType, type TagValue } from '@fieldwarden/core';
import type { Point } from '@fieldwarden/driver';
import type {
  ContractDevice,
  DriverContractFixture,
  RecordedPoint,
  RecordedRange,
} from '@fieldwarden/testkit/contract-suite';
import simulatorDriver from './driver.js';

/** The simulator as the contract suite sees it: polled, or with `{ delivery: 'subscribe' }`. */
export function simulatorContract(options: Readonly<Record<string, unknown>> = {}): DriverContractFixture {
  return { definition: simulatorDriver, start: () => Promise.resolve(simulatedDevice(options)) };
}

const alwaysHigh = { name: 'high', address: 'sine?amplitude=1&offset=50', high: 10 };
const changing = { name: 'changing', address: 'square?periodMs=200', high: 0.5 };

/** Waves have a past, also before the session began. */
function recorded(): RecordedPoint {
  const toMs = Math.floor(systemClock.wallMs() / 1_000) * 1_000;
  return { point: point('sine', 'float64'), fromMs: toMs - 2_000, toMs };
}

/** Alarms begin with the session: waits until there have been some. */
async function recordedEvents(): Promise<RecordedRange> {
  const fromMs = systemClock.wallMs() - 10_000;
  await delay(systemClock, 600);
  return { fromMs, toMs: systemClock.wallMs() + 1_000 };
}

/** There is nothing to start: the simulator is its own device, and dies with its session. */
function simulatedDevice(options: Readonly<Record<string, unknown>>): ContractDevice {
  return {
    options: { historyIntervalMs: 100, ...options },
    devices: [{ id: 'thin-air', options: { alarms: [alwaysHigh, changing] } }],
    deviceId: 'thin-air',
    spareDevice: { id: 'thinner-air', options: {} },
    missingNode: 'fog',
    readable: [
      known('constant?value=12.3', 'float32', 12.3),
      known('constant?value=true', 'bool', true),
      known('constant?value=-7', 'int16', -7),
      known('constant?value=9007199254740993', 'int64', 9_007_199_254_740_993n),
      known('constant?value=hello', 'string', 'hello'),
      known('memory?initial=5', 'uint32', 5),
      known('constant?value=1', 'uint8', [1, 1, 1], 3),
      { point: point('sine', 'float64') },
      { point: point('clock', 'datetime') },
    ],
    writable: [
      { point: point('memory?initial=5', 'uint32'), value: 6 },
      { point: point('memory', 'string'), value: 'lemon' },
      { point: point('memory?cell=shared', 'float64'), value: -0.25 },
    ],
    rejected: { point: point('constant?value=1', 'int32'), value: 2 },
    missing: point('bad?status=BadSensorFailure', 'int32'),
    unparsable: point('sawtooth?periodMs=soon', 'float32'),
    recorded,
    recordedEvents,
    // Its alarm is active from the first moment on.
    raiseAlarm: () => undefined,
    method: { call: { object: '', method: 'resetMemory', inputs: [] } },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function known(address: string, scalar: DataType['scalar'], expected: TagValue, arrayLength?: number) {
  return { point: point(address, scalar, arrayLength), expected };
}

function point(address: string, scalar: DataType['scalar'], arrayLength?: number): Point {
  const type: DataType = arrayLength === undefined ? { scalar } : { scalar, arrayLength };
  return { path: `contract/${scalar}/${address.replaceAll(/[^\w.]+/g, '-')}`, address, type };
}
