import type { TagWriteOutcome } from '@fieldwarden/admin-contract';
import type { Palette } from './palette.js';
import { oneLine } from './printable.js';

/** `done: the device confirmed`, `unknown: … (BadTimeout: no answer)`. `what` was asked for: write, call. */
export function outcomeText(
  { outcome, status, message }: Omit<TagWriteOutcome, 'path'>,
  what: string,
  palette: Palette,
): string {
  const paint = outcome === 'done' ? palette.good : palette.bad;
  // it was read back, for want of a confirmation
  if (outcome === 'done' && message !== undefined) return `${paint(outcome)}: ${oneLine(message)}`;
  const why = outcome === 'done' ? '' : ` (${status}${message === undefined ? '' : `: ${oneLine(message)}`})`;
  return `${paint(outcome)}: ${meaning(outcome, what)}${why}`;
}

function meaning(outcome: TagWriteOutcome['outcome'], what: string): string {
  switch (outcome) {
    case 'done':
      return 'the device confirmed';
    case 'rejected':
      return 'the device said no';
    case 'not-sent':
      return `the ${what} did not leave the gateway`;
    case 'unknown':
      return `the ${what} was sent, but nothing confirms it; the device may or may not have it`;
  }
}
