import assert from 'node:assert/strict';
import { messageOf } from '@fieldwarden/core';

const events = ['uncaughtException', 'unhandledRejection'] as const;

/**
 * Runs `action` and fails if meanwhile anything was thrown out of an event handler or a promise was left to reject unheard.
 * The process's own listeners are set aside for that time.
 */
export async function withoutStrayErrors(action: () => Promise<void>): Promise<void> {
  const strays: unknown[] = [];
  const record = (error: unknown): void => void strays.push(error);
  const restore = events.map((event) => replaceListeners(event, record));
  try {
    await action();
    await afterPendingEvents();
  } finally {
    for (const undo of restore) undo();
  }
  assert.deepEqual(strays.map(messageOf), [], 'errors that nobody was there to catch');
}

function replaceListeners(event: (typeof events)[number], listener: (error: unknown) => void): () => void {
  const own = process.listeners(event as 'uncaughtException');
  process.removeAllListeners(event);
  process.on(event, listener);
  return () => {
    process.removeListener(event, listener);
    for (const each of own) process.on(event, each as (error: Error) => void);
  };
}

/** Sockets that were destroyed just now still emit `close`; rejections are reported after the microtasks. */
async function afterPendingEvents(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
