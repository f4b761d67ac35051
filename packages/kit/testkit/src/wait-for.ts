import { delay, messageOf, systemClock } from '@fieldwarden/core';

export interface WaitForOptions {
  /** What is being waited for, in words: goes into the message when it never comes. */
  readonly what: string;
  readonly timeoutMs?: number;
  /** Pause between two looks. */
  readonly intervalMs?: number;
}

type Falsy = false | 0 | 0n | '' | null | undefined;

/**
 * Looks again and again until `condition` gives something truthy, and returns that. A condition that throws counts as "not
 * yet", so that `expect` may stand in it; its last error becomes the cause of the rejection.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { what, timeoutMs = 10_000, intervalMs = 5 }: WaitForOptions,
): Promise<Exclude<T, Falsy>> {
  const deadlineMs = systemClock.monotonicMs() + timeoutMs;
  let lastError: unknown;
  do {
    try {
      const value = await within(condition(), deadlineMs - systemClock.monotonicMs());
      if (value) return value as Exclude<T, Falsy>;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    await delay(systemClock, intervalMs);
  } while (systemClock.monotonicMs() < deadlineMs);
  throw timedOut(what, timeoutMs, lastError);
}

/** A condition whose promise never settles must not hold up the waiting. */
async function within<T>(value: T | Promise<T>, remainingMs: number): Promise<T> {
  const giveUp = new AbortController();
  const limit = delay(systemClock, Math.max(0, remainingMs), giveUp.signal).then(() => {
    throw new Error('the condition itself did not settle');
  });
  limit.catch(() => undefined);
  try {
    return await Promise.race([Promise.resolve(value), limit]);
  } finally {
    giveUp.abort();
  }
}

function timedOut(what: string, timeoutMs: number, cause: unknown): Error {
  const why = cause === undefined ? '' : `: ${messageOf(cause)}`;
  return new Error(`waited ${timeoutMs} ms for ${what}, in vain${why}`, cause === undefined ? undefined : { cause });
}
