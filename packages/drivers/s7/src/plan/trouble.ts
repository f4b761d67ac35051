import type { GatewayError, StatusCode } from '@fieldwarden/core';

/** Why a stretch is not asked for like the rest. */
export interface Trouble {
  /** Of its rows meanwhile. */
  readonly status: StatusCode;
  /** For people. */
  readonly reason: string;
  /** `refused`: the CPU said no to the whole job, so asking again costs little · `unanswered`: it costs a time-out or the connection. */
  readonly cost: 'refused' | 'unanswered';
}

const pauses: Readonly<
  Record<Trouble['cost'], { readonly firstMs: number; readonly secondMs: number; readonly maxMs: number }>
> = {
  // it may pass: asked again with the next scan, by itself
  refused: { firstMs: 0, secondMs: 1_000, maxMs: 60_000 },
  unanswered: { firstMs: 5_000, secondMs: 10_000, maxMs: 600_000 },
};

/** How long a point in trouble is left alone: twice as long each time. `previousMs`: the pause that has just passed in vain. */
export function pauseMsOf({ cost }: Trouble, previousMs?: number): number {
  const { firstMs, secondMs, maxMs } = pauses[cost];
  return previousMs === undefined ? firstMs : Math.min(maxMs, Math.max(secondMs, 2 * previousMs));
}

/** Of the kinds of error that a job ends with, those of its S7 header say that the CPU has answered. */
export function troubleOf({ code, status, message }: GatewayError): Trouble {
  return { status, reason: message, cost: lossCodes.has(code) ? 'unanswered' : 'refused' };
}

const lossCodes = new Set(['S7_TIMEOUT', 'S7_CONNECTION_LOST', 'S7_NONSENSE', 'S7_NO_RESOURCES', 'S7_CALL_TIMEOUT']);
