import type { GatewayError, StatusCode } from '@fieldwarden/core';

/** Why something is not asked for like the rest. */
export interface Trouble {
  /** Of its rows meanwhile. */
  readonly status: StatusCode;
  /** For people: `illegal data address`, `unit 1 at plc:502 did not answer within 1000 ms`. */
  readonly reason: string;
  /** `absent` and `refused`: the unit said no, so asking again costs little · `unanswered`: it costs a time-out or the connection. */
  readonly cost: 'absent' | 'refused' | 'unanswered';
}

/** How long something in trouble is left alone: doubled each time it is found in trouble again. */
interface Pauses {
  readonly firstMs: number;
  readonly secondMs: number;
  readonly maxMs: number;
}

/** After that the unit is asked again for what it said it does not have: its program may have changed. */
export const retestAfterMs = 10 * 60_000;

const pauses: Readonly<Record<Trouble['cost'], Pauses>> = {
  absent: { firstMs: retestAfterMs, secondMs: retestAfterMs, maxMs: retestAfterMs },
  // it may pass: asked again with the next scan, by itself
  refused: { firstMs: 0, secondMs: 1_000, maxMs: 60_000 },
  unanswered: { firstMs: 5_000, secondMs: 10_000, maxMs: retestAfterMs },
};

/** `previousMs`: the pause that has just passed in vain. */
export function pauseMsOf({ cost }: Trouble, previousMs?: number): number {
  const { firstMs, secondMs, maxMs } = pauses[cost];
  return previousMs === undefined ? firstMs : Math.min(maxMs, Math.max(secondMs, 2 * previousMs));
}

/** Of a request that was not answered, or not with anything that fits. */
export function unansweredTrouble({ status, message }: GatewayError): Trouble {
  return { status, reason: message, cost: 'unanswered' };
}
