import type { SupervisionPolicy } from './supervision-settings.js';

export function isSuspect(silentForMs: number, { suspectMs }: SupervisionPolicy): boolean {
  return silentForMs >= suspectMs;
}

/** An open inspector may hold the main thread at a breakpoint for as long as somebody looks. SPEC §4.2. */
export function isHung(silentForMs: number, inspectorOpen: boolean, { hangKillMs }: SupervisionPolicy): boolean {
  return silentForMs >= hangKillMs && !inspectorOpen;
}

/** A timer later than this means that this process was stopped or blocked, and that the silence of others proves nothing. */
const tolerableLatenessMs = 20;

/** By how much the Supervisor's own stall moves the deadlines of its Hosts. */
export function ownStallMs(dueMs: number, nowMs: number): number {
  const latenessMs = nowMs - dueMs;
  return latenessMs > tolerableLatenessMs ? latenessMs : 0;
}
