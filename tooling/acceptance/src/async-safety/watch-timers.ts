import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import type { FaultPoints, CalledListener } from './fault-points.js';

type Schedule = (callback: CalledListener, ...rest: unknown[]) => unknown;

/** Puts a fault point before every callback given to a timer, the microtask queue or the next tick. */
export function watchTimers(points: FaultPoints): void {
  for (const name of ['setTimeout', 'setInterval', 'setImmediate'] as const) {
    const watched = watch(points, name, Reflect.get(globalThis, name) as Schedule);
    define(globalThis, name, watched);
    define(timers, name, watched);
  }
  define(globalThis, 'queueMicrotask', watch(points, 'queueMicrotask', globalThis.queueMicrotask));
  define(process, 'nextTick', watch(points, 'nextTick', process.nextTick.bind(process) as Schedule));
  syncBuiltinESMExports();
}

function watch(points: FaultPoints, kind: string, schedule: Schedule): Schedule {
  const watched: Schedule = (callback, ...rest) => schedule(points.guard(kind, callback), ...rest);
  // util.promisify(setTimeout) finds the promise form here.
  return Object.defineProperties(watched, Object.getOwnPropertyDescriptors(schedule));
}

function define(owner: object, name: string, value: unknown): void {
  Object.defineProperty(owner, name, { value, configurable: true, enumerable: true, writable: true });
}
