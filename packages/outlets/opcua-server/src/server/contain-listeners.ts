import type { EventEmitter } from 'node:events';

/**
 * Hands what a listener throws to `onError`, instead of to whoever emits: the library would be thrown out of the middle of its work
 * (a session half closed) and say nothing of it.
 */
export function containListeners(emitter: EventEmitter, onError: (error: unknown, event: string) => void): void {
  const emit = emitter.emit.bind(emitter) as (...args: unknown[]) => boolean;
  emitter.emit = (...args: unknown[]) => {
    try {
      return emit(...args);
    } catch (error) {
      onError(error, String(args[0]));
      return true;
    }
  };
}
