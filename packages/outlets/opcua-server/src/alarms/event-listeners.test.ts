import type { IAddressSpace } from 'node-opcua';
import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { EventListeners, foldersUpFrom } from './event-listeners.js';

function listenersOf(server: EventEmitter, onError: (error: unknown) => void = () => undefined): EventListeners {
  return new EventListeners({ rootFolder: { objects: { server } } } as unknown as IAddressSpace, onError);
}

test('a listener that fails keeps no other from an event, and ends nothing', () => {
  const server = new EventEmitter();
  const errors: unknown[] = [];
  const listeners = listenersOf(server, (error) => void errors.push(error));
  const heard: string[] = [];
  const failing = (): void => {
    throw new Error('not this one');
  };
  server.on('event', failing);
  server.on('event', () => void heard.push('server'));
  listeners.add('area', failing);
  listeners.add('area', () => void heard.push('area'));
  listeners.add('other', () => void heard.push('other'));
  listeners.tell({}, foldersUpFrom('area/line'));
  expect(heard).toEqual(['server', 'area']);
  expect(errors).toHaveLength(2);
});

test('nobody is heard of when all have left', () => {
  const listeners = listenersOf(new EventEmitter());
  const listener = (): void => undefined;
  expect(listeners.isHeard).toBe(false);
  listeners.add('area', listener);
  expect(listeners.isHeard).toBe(true);
  listeners.remove('area', listener);
  expect(listeners.isHeard).toBe(false);
});

test('what the gateway tells of itself is no area', () => {
  const listeners = listenersOf(new EventEmitter());
  expect(['packaging', 'packaging/filler', '_systems'].map((id) => listeners.isNotifier(id))).toEqual([
    true,
    true,
    true,
  ]);
  expect(['_system', '_system/drivers'].map((id) => listeners.isNotifier(id))).toEqual([false, false]);
});
