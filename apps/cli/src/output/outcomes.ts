import type { TagWriteOutcome } from '@fieldwarden/admin-contract';
import type { Palette } from './palette.js';
import { oneLine } from './printable.js';

/** What was asked for: write, call, acknowledgement; and of whom. */
export interface AskedFor {
  readonly what: string;
  readonly of: 'device' | 'gateway';
}

/** `done: the device confirmed`, `unknown: … (BadTimeout: no answer)`. Claims only what the answer says. */
export function outcomeText(
  { outcome, status, message, confirmedBy }: Omit<TagWriteOutcome, 'path'>,
  { what, of }: AskedFor,
  palette: Palette,
): string {
  const paint = outcome === 'done' ? palette.good : palette.bad;
  // it was read back, for want of a confirmation
  if (outcome === 'done' && message !== undefined) return `${paint(outcome)}: ${oneLine(message)}`;
  const why = outcome === 'done' ? '' : ` (${status}${message === undefined ? '' : `: ${oneLine(message)}`})`;
  return `${paint(outcome)}: ${meaning(outcome, what, confirmedBy ?? of)}${why}`;
}

function meaning(outcome: TagWriteOutcome['outcome'], what: string, by: AskedFor['of']): string {
  switch (outcome) {
    case 'done':
      return by === 'device' ? 'the device confirmed' : 'the gateway has it; no device was asked';
    case 'rejected':
      return `the ${by} said no`;
    case 'not-sent':
      return `the ${what} did not leave the gateway`;
    case 'unknown':
      return `the ${what} was sent, but nothing confirms it; the device may or may not have it`;
  }
}
