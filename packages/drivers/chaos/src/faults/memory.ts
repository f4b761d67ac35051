import type { Clock } from '@fieldwarden/core';
import { megabyteBytes, type MemoryHoard } from './memory-hoard.js';
import { repeat } from '../repeat.js';
import type { FaultSetting } from './fault.js';

const leakTurnMs = 100;

/** Steady, as a cache that is never emptied. Returns how to stop; what it took stays taken until the hoard is released. */
export function leak({ clock, hoard }: FaultSetting, megabytesPerSecond: number): () => void {
  return growSteadily(clock, hoard, megabytesPerSecond);
}

/** The same, but what it took can be flushed. */
export function growCache({ clock, cache }: FaultSetting, megabytesPerSecond: number): () => void {
  return growSteadily(clock, cache, megabytesPerSecond);
}

function growSteadily(clock: Clock, hoard: MemoryHoard, megabytesPerSecond: number): () => void {
  const turns = repeat(clock, leakTurnMs, (elapsedMs) => {
    hoard.grow((elapsedMs / 1_000) * megabytesPerSecond * megabyteBytes);
  });
  return () => turns[Symbol.dispose]();
}

const allocateTurnMs = 10;
const allocateTurnBytes = 32 * megabyteBytes;

/** As fast as the machine gives, but for a pause in which pings are answered. */
export function allocate({ clock, hoard }: FaultSetting): () => void {
  const turns = repeat(clock, allocateTurnMs, () => hoard.grow(allocateTurnBytes));
  return () => turns[Symbol.dispose]();
}
