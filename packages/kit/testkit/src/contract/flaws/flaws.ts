import { statusCodes, systemClock, type ValueColumns } from '@fieldwarden/core';
import type { Point, ReadPlan, UpdateSink, WriteItem } from '@fieldwarden/driver';
import { z } from 'zod';
import {
  afterRead,
  beforeRead,
  flawed,
  mixingReads,
  neverRecovering,
  plansReadOnce,
  rememberingFirstPlan,
  repeatingLater,
  sendingTwice,
  whenGone,
  whenOneIsIgnored,
  whenSilent,
} from './flawed-session.js';
import { deviceFlaws } from './device-flaws.js';
import type { Flaw } from './flaw.js';
import { memoryError, MemorySession } from '../memory/memory-driver.js';
import { pastFlaws } from './past-flaws.js';

const readsAll = 'reads every readable point: its value, Good, with a source time';

/** Every sentence of the contract has at least one flaw that breaks it. */
export const flaws: readonly Flaw[] = [
  {
    what: 'options that do not fit what engineers write',
    breaks: ['accepts its options as written in a plant document'],
    definition: { options: z.strictObject({ delay: z.number() }) },
  },
  {
    what: 'a loose options schema',
    breaks: ['refuses option fields it does not know'],
    definition: { options: z.looseObject({ delayMs: z.number() }) },
  },
  {
    what: 'a loose device options schema',
    breaks: ['refuses option fields it does not know'],
    definition: { deviceOptions: z.object({}) },
  },
  {
    what: 'an address parser that takes nothing',
    breaks: ['parses the address of every point it can read or write'],
    definition: {
      address: () => {
        throw memoryError('config', 'MEMORY_ADDRESS');
      },
    },
  },
  {
    what: 'an address parser that takes everything',
    breaks: ['says what is wrong with an address that it cannot parse, with kind config'],
    definition: { address: (text) => text },
  },
  {
    what: 'an address parser that throws plain errors',
    breaks: ['says what is wrong with an address that it cannot parse, with kind config'],
    definition: {
      address: () => {
        throw new Error('nonsense');
      },
    },
  },
  {
    what: 'values that are wrong but Good',
    breaks: [
      readsAll,
      'reads on, with the right values, once a silent device answers again',
      'reads on, by itself, once the device is back',
      'opens although the device is absent, and reads once it is there',
      'delivers the first value of each subscribed point at once',
    ],
    make: flawed({
      fill(into: ValueColumns, row: number, { type }: Point) {
        into.set(row, 1, type, systemClock.wallMs());
      },
    }),
  },
  {
    what: 'source times on the monotonic clock',
    breaks: [readsAll],
    make: afterRead((into) => into.sourceTimes.fill(systemClock.monotonicMs())),
  },
  {
    what: 'source times in the future',
    breaks: [readsAll],
    make: afterRead((into) => into.sourceTimes.fill(systemClock.wallMs() + 60_000)),
  },
  {
    what: 'a last row that is never set',
    breaks: ['sets every row, whatever order, repetition or company the points come in', readsAll],
    make: flawed({
      read({ points }: ReadPlan, into: ValueColumns) {
        points.slice(1).forEach((point, row) => into.set(row, 1, point.type, systemClock.wallMs()));
        return Promise.resolve();
      },
    }),
  },
  {
    what: 'a plan that hangs on to the order of an earlier one',
    breaks: ['sets every row, whatever order, repetition or company the points come in'],
    make: rememberingFirstPlan(),
  },
  {
    what: 'a plan that can be read only once',
    breaks: ['prepares reads purely: the same points give plans that read the same, and the input stays as it was'],
    make: plansReadOnce(),
  },
  {
    what: 'a planner that sorts its input in place',
    breaks: ['prepares reads purely: the same points give plans that read the same, and the input stays as it was'],
    make: flawed({
      prepareRead(deviceId: string, points: readonly Point[]) {
        (points as Point[]).sort((a, b) => a.address.localeCompare(b.address));
        return { deviceId, points };
      },
    }),
  },
  {
    what: 'a read that fails on an empty plan',
    breaks: ['reads an empty plan'],
    make: beforeRead(({ points }) => {
      if (points.length === 0) throw new TypeError('no first point');
    }),
  },
  {
    what: 'a throw for a single missing point',
    breaks: ['gives a point that the device does not have a Bad row, and its neighbours stay Good'],
    make: beforeRead(({ points }) => {
      if (points.some(({ address }) => address === 'nowhere')) throw memoryError('rejected', 'MEMORY_MISSING');
    }),
  },
  {
    what: 'neighbours that fall with a missing point',
    breaks: ['gives a point that the device does not have a Bad row, and its neighbours stay Good'],
    make: afterRead((into) => {
      if (into.statuses.includes(statusCodes.BadNodeIdUnknown)) into.fillBad(statusCodes.Bad, systemClock.wallMs());
    }),
  },
  {
    what: 'a planner that throws for an address it cannot parse',
    breaks: ['gives an address that it cannot parse a row with BadConfigurationError, and its neighbours stay Good'],
    make: flawed({
      prepareRead(deviceId: string, points: readonly Point[]) {
        if (points.some(({ address }) => address.includes(' '))) throw memoryError('config', 'MEMORY_ADDRESS');
        return { deviceId, points };
      },
    }),
  },
  {
    what: 'another status than BadConfigurationError for an address it cannot parse',
    breaks: [
      'gives an address that it cannot parse a row with BadConfigurationError, and its neighbours stay Good',
      'delivers a Bad row for a subscribed point that it cannot deliver',
    ],
    make: flawed({
      fill(into: ValueColumns, row: number) {
        into.setBad(row, statusCodes.BadUnexpectedError, systemClock.wallMs());
      },
    }),
  },
  {
    what: 'reads that answer each other',
    breaks: ['reads two plans side by side without mixing their values'],
    make: mixingReads(),
  },
  {
    what: 'a description that leaves points out',
    breaks: ['describes its plan in requests that cover the points'],
    make: flawed({ describePlan: () => ({ requests: [], estimatedCycleMs: 1 }) }),
  },
  {
    what: 'writes that are done before the device has them',
    breaks: [
      'writes each writable point: done, and the value reads back',
      'writes several items in one call, with one result each',
      'sends each write to the device exactly once',
      'takes a refused item in a call of several for what it is: the others are done',
      'delivers a change to those subscribed, and no longer to those who have unsubscribed',
    ],
    make: flawed({ store: () => ({ outcome: 'done', status: statusCodes.Good }) }),
  },
  {
    what: 'writes that are sent twice',
    breaks: ['sends each write to the device exactly once'],
    make: sendingTwice(),
  },
  {
    what: 'one result for a call of several items',
    breaks: ['writes several items in one call, with one result each'],
    make: flawed({
      write: () => Promise.resolve([{ outcome: 'done', status: statusCodes.Good }]),
    }),
  },
  {
    what: 'a refused write that is called done',
    breaks: [
      'reports a write that the device refuses as rejected, and nothing changes',
      'takes a refused item in a call of several for what it is: the others are done',
    ],
    make: flawed({ store: () => ({ outcome: 'done', status: statusCodes.Good }) }),
  },
  {
    what: 'a refused write that is carried out',
    breaks: ['reports a write that the device refuses as rejected, and nothing changes'],
    make: (device) =>
      new (class extends MemorySession {
        protected override store({ point, value }: WriteItem): ReturnType<MemorySession['store']> {
          device.values.set(point.address, value);
          return { outcome: 'rejected', status: statusCodes.BadNotWritable };
        }
      })(device),
  },
  {
    what: 'a Good status for a rejected write',
    breaks: ['reports a write that the device refuses as rejected, and nothing changes'],
    make: flawed({ store: () => ({ outcome: 'rejected', status: statusCodes.Good }) }),
  },
  {
    what: 'calls to a silent device that never end',
    breaks: ['ends a read of a silent device by its deadline, as timeout or unreachable'],
    make: whenSilent(() => new Promise(() => undefined)),
  },
  {
    what: 'a scan that fails as a whole for one point that is not answered',
    breaks: [
      'reads the neighbours of a point that the device does not answer: its row alone is Bad, soon and from then on',
    ],
    make: whenOneIsIgnored(() => Promise.reject(memoryError('timeout', 'MEMORY_TIMEOUT'))),
  },
  {
    what: 'a silent device taken for a rejection',
    breaks: [
      'ends a read of a silent device by its deadline, as timeout or unreachable',
      'never calls a write to a silent device done or rejected',
      'finds a silent device dead and an answering one alive, when probed',
    ],
    make: whenSilent(() => Promise.reject(memoryError('rejected', 'MEMORY_REJECTED'))),
  },
  {
    what: 'errors that are no GatewayErrors',
    breaks: ['ends a read of a silent device by its deadline, as timeout or unreachable'],
    make: whenSilent(() => Promise.reject(new Error('ETIMEDOUT'))),
  },
  {
    what: 'codes that are not stable names',
    breaks: ['ends a read of a silent device by its deadline, as timeout or unreachable'],
    make: whenSilent(() => Promise.reject(memoryError('timeout', 'timed out after 600 ms'))),
  },
  {
    what: 'errors of an absent device of kind bug',
    breaks: [
      'ends a read of a device that is gone as unreachable or timeout',
      'opens although the device is absent, and reads once it is there',
      'never calls a write to an absent device done or rejected',
    ],
    make: whenGone(() => Promise.reject(memoryError('bug', 'MEMORY_BUG'))),
  },
  {
    what: 'writes to an absent device that are called done',
    breaks: [
      'never calls a write to an absent device done or rejected',
      'ends a read of a device that is gone as unreachable or timeout',
    ],
    make: whenGone(() => Promise.resolve()),
  },
  {
    what: 'an unanswered write that is repeated later',
    breaks: ['does not repeat a write that a silent device left unanswered'],
    make: repeatingLater(),
  },
  {
    what: 'a first failure that is never forgotten',
    breaks: [
      'reads on, with the right values, once a silent device answers again',
      'reads on, by itself, once the device is back',
    ],
    make: neverRecovering(),
  },
  {
    what: 'an open that needs the device',
    breaks: ['opens although the device is absent, and reads once it is there'],
    make: (device) =>
      Object.assign(new MemorySession(device), {
        open: () => (device.gone ? Promise.reject(memoryError('unreachable', 'MEMORY_GONE')) : Promise.resolve()),
      }),
  },
  {
    what: 'a close that forgets pending calls and lets new ones in',
    breaks: ['rejects calls that wait for a silent device when it is closed', 'rejects calls after it was closed'],
    make: flawed({ close: () => Promise.resolve() }),
  },
  {
    what: 'a close that never ends',
    breaks: ['settles pending calls when it is closed'],
    make: flawed({ close: () => new Promise<void>(() => undefined) }),
  },
  {
    what: 'an exception out of an event handler',
    breaks: [readsAll, 'reads an empty plan'],
    make: beforeRead(() => {
      setImmediate(() => {
        throw new Error('out of a socket callback');
      });
    }),
  },
  {
    what: 'a rejection that nobody hears',
    breaks: [readsAll, 'reads an empty plan'],
    make: beforeRead(() => void Promise.reject(new Error('nobody listens'))),
  },
  {
    what: 'a subscription that waits for the first change',
    breaks: [
      'delivers the first value of each subscribed point at once',
      'delivers a Bad row for a subscribed point that it cannot deliver',
    ],
    make: flawed({ push: () => undefined }),
  },
  {
    what: 'an unsubscribe without effect',
    breaks: ['delivers a change to those subscribed, and no longer to those who have unsubscribed'],
    make: flawed({ unsubscribe: () => Promise.resolve() }),
  },
  {
    what: 'a subscription that keeps its old Good values when the device is gone',
    breaks: ['tells a subscriber that the device is gone, and delivers again once it is back'],
    make: (device) =>
      new (class extends MemorySession {
        protected override push(points: readonly Point[], sink: UpdateSink): void {
          if (!device.gone) super.push(points, sink);
        }
      })(device),
  },
  {
    what: 'a fixture without a known value',
    breaks: ['holds a known value to compare with'],
    device: (device) => Object.assign(device, { readable: device.readable.slice(-1) }),
  },
  ...pastFlaws,
  ...deviceFlaws,
];
