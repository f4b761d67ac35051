import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { containListeners } from './contain-listeners.js';

it('tells what a listener throws, and whoever emits goes on (§3.6)', () => {
  const emitter = new EventEmitter();
  const told: unknown[] = [];
  containListeners(emitter, (error, event) => told.push([event, error]));
  const thrown = new Error('of a listener');
  emitter.on('session_closed', () => {
    throw thrown;
  });
  expect(emitter.emit('session_closed')).toBe(true);
  expect(told).toEqual([['session_closed', thrown]]);
});

it('hands on what is emitted, and whether anybody listened', () => {
  const emitter = new EventEmitter();
  containListeners(emitter, () => undefined);
  const heard: unknown[] = [];
  emitter.on('session_activated', (...args) => heard.push(args));
  expect(emitter.emit('session_activated', 'a', 1)).toBe(true);
  expect(emitter.emit('nobody_listens')).toBe(false);
  expect(heard).toEqual([['a', 1]]);
});
