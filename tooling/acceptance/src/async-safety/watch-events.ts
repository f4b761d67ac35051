import { EventEmitter } from 'node:events';
import type { FaultPoints, CalledListener } from './fault-points.js';

type Register = (this: EventEmitter, event: string | symbol, listener: CalledListener) => EventEmitter;

/** Streams override `on`; `once` adds its listener by way of it. */
const nodesOwnEmitters = /^node:(events|internal\/(streams|worker)(\/|$))/;

/** Handlers that are given to a constructor, which registers them itself: of HTTP servers, of file watchers. */
const givenToConstructor = new Set<string | symbol>(['request', 'change']);

/** What the gateway itself installs to see everything that nobody caught: without it there is nothing to test. */
const lastResort = new Set<string | symbol>(['uncaughtException', 'unhandledRejection']);

/** A listener as it was given → as it was registered. */
const guarded = new WeakMap<CalledListener, Set<CalledListener>>();

/** Puts a fault point before every listener of an EventEmitter: sockets, servers, streams, child processes, workers. */
export function watchEmitters(points: FaultPoints): void {
  const proto = EventEmitter.prototype as unknown as Record<string, Register>;
  for (const name of ['on', 'addListener', 'once', 'prependListener', 'prependOnceListener'])
    proto[name] = registering(points, proto[name]);
  const remove = proto.removeListener;
  proto.removeListener = proto.off = function (event, listener) {
    return remove.call(this, event, registered(this, event, listener));
  };
}

function registering(points: FaultPoints, register: Register): Register {
  return function (event, listener) {
    // A listener with a listener inside is what `once` made of one that has its fault point already.
    if (typeof listener !== 'function' || 'listener' in listener || lastResort.has(event))
      return register.call(this, event, listener);
    const through = givenToConstructor.has(event) ? /^node:/ : nodesOwnEmitters;
    const withPoint = points.guard(`on('${String(event)}')`, listener, through);
    if (withPoint !== listener) remember(listener, withPoint);
    return register.call(this, event, withPoint);
  };
}

function remember(listener: CalledListener, withPoint: CalledListener): void {
  const known = guarded.get(listener) ?? new Set();
  guarded.set(listener, known.add(withPoint));
}

/** The one to remove when somebody wants `listener` removed. */
function registered(emitter: EventEmitter, event: string | symbol, listener: CalledListener): CalledListener {
  const candidates = guarded.get(listener);
  if (!candidates) return listener;
  const there = emitter.listeners(event) as CalledListener[];
  return there.findLast((one) => candidates.has(one)) ?? listener;
}

/** The same for event targets: abort signals, message ports. */
export function watchEventTargets(points: FaultPoints): void {
  const proto = EventTarget.prototype as unknown as Record<string, (this: EventTarget, ...args: unknown[]) => void>;
  const { addEventListener: add, removeEventListener: remove } = proto;
  const withPoints = new WeakMap<object, CalledListener>();
  proto.addEventListener = function (type, listener, ...rest) {
    if (typeof listener !== 'function') return add.call(this, type, listener, ...rest);
    const known =
      withPoints.get(listener) ?? points.guard(`addEventListener('${String(type)}')`, listener as CalledListener);
    withPoints.set(listener, known);
    add.call(this, type, known, ...rest);
  };
  proto.removeEventListener = function (type, listener, ...rest) {
    const known = typeof listener === 'function' ? withPoints.get(listener) : undefined;
    remove.call(this, type, known ?? listener, ...rest);
  };
}
