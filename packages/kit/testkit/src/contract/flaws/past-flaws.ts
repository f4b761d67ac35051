import { statusCodes } from '@fieldwarden/core';
import type { AlarmSink, DriverSession, WriteResult } from '@fieldwarden/driver';
import type { Flaw } from './flaw.js';
import { MemorySession, type MakeSession } from '../memory/memory-driver.js';
import type { MemoryPast } from '../memory/memory-past.js';

/** A session with some members replaced, which know the past of their device. */
function recalling(members: (past: MemoryPast) => Partial<DriverSession>): MakeSession {
  return (device) => Object.assign(new MemorySession(device), members(device.past));
}

const done: WriteResult = { outcome: 'done', status: statusCodes.Good };

/** Of history, alarms and methods. */
export const pastFlaws: readonly Flaw[] = [
  {
    what: 'history that comes newest first',
    breaks: ['reads recorded values in the order of their time, within the range'],
    make: recalling((past) => ({
      readRaw: async (_device, _point, query) => {
        const { values, continuation } = past.raw(query);
        return { values: [...values].reverse(), continuation };
      },
    })),
  },
  {
    what: 'a value lost between two pages',
    breaks: ['reads the same history in small pages as in one large page'],
    make: recalling((past) => ({
      readRaw: async (_device, _point, query) => {
        const { values, continuation } = past.raw(query);
        return { values: continuation === undefined ? values : values.slice(1), continuation };
      },
    })),
  },
  {
    what: 'history that knows one direction',
    breaks: ['reads a range backwards when its end lies before its start'],
    make: recalling((past) => ({
      readRaw: async (_device, _point, query) => {
        const [fromMs, toMs] = [query.fromMs, query.toMs].sort((a, b) => a - b);
        return past.raw({ ...query, fromMs, toMs });
      },
    })),
  },
  {
    what: 'any text taken for a continuation',
    breaks: ['refuses a continuation that it never gave'],
    make: recalling((past) => ({
      readRaw: async (_device, _point, query) => past.raw({ ...query, continuation: undefined }),
    })),
  },
  {
    what: 'an average that adds up',
    breaks: ['aggregates to one row per interval, between the least and the greatest recorded value'],
    make: recalling((past) => ({
      readProcessed: async (_device, _point, query) => {
        const { values } = past.processed(query);
        return { values: values.map((row) => ({ ...row, value: Number(row.value) * 100 })), continuation: undefined };
      },
    })),
  },
  {
    what: 'a read at times that leaves out what it does not know',
    breaks: ['answers a read at times with one row per time, BadNoData where it knows nothing'],
    make: recalling((past) => ({
      readAtTime: async (_device, _point, times) =>
        times.map((atMs) => past.at(atMs)).filter(({ value }) => value !== null),
    })),
  },
  {
    what: 'events in pages of its own size',
    breaks: ['reads the events it remembers in the order of their time, page by page'],
    make: recalling((past) => ({ readEvents: async (_device, query) => past.events({ ...query, limit: 3 }) })),
  },
  {
    what: 'alarms that are told to those only who were there',
    breaks: ['reports an alarm that is raised, and tells it again to who subscribes later'],
    make: recalling((past) => ({
      subscribeAlarms: async (deviceId: string, sink: AlarmSink) => {
        past.sinks.add(sink);
        return { deviceId, sink };
      },
    })),
  },
  {
    what: 'an unsubscribe from alarms without effect',
    breaks: ['reports no more alarms to who has unsubscribed'],
    make: recalling(() => ({ unsubscribeAlarms: () => Promise.resolve() })),
  },
  {
    what: 'acknowledgements that it does not keep',
    breaks: ['has an alarm acknowledged once, and says so', 'refuses to acknowledge an event that it does not know'],
    make: recalling(() => ({ acknowledge: async (_device, items) => items.map(() => done) })),
  },
  {
    what: 'a method that answers nothing',
    breaks: ['has a method executed and brings back what it answers'],
    make: recalling(() => ({ callMethod: async () => ({ ...done, outputs: [] }) })),
  },
  {
    what: 'every method said to be executed',
    breaks: ['refuses a method that the device does not have'],
    make: recalling(() => ({ callMethod: async (_device, { inputs }) => ({ ...done, outputs: inputs }) })),
  },
];
