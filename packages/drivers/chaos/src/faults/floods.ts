import { GatewayError } from '@fieldwarden/core';
import { megabyteBytes } from './memory-hoard.js';
import { repeat } from '../repeat.js';
import type { FaultSetting } from './fault.js';

const turnMs = 10;

/** Most that one turn prints, so that pings get a turn as well. */
const maxTurnBytes = megabyteBytes;

const line = `chaos: ${'flood '.repeat(20)}\n`;
const lines = Buffer.from(line.repeat(Math.ceil(maxTurnBytes / line.length)));

/** Prints lines on stdout at the option's rate, or as fast as somebody reads them. Returns how to stop. */
export function floodLogs({ clock, options }: FaultSetting): () => void {
  const turns = repeat(clock, turnMs, (elapsedMs) => {
    if (process.stdout.writableNeedDrain) return;
    const bytes = Math.min(maxTurnBytes, (elapsedMs / 1_000) * options.floodMbPerS * megabyteBytes);
    const wholeLines = Math.max(1, Math.floor(bytes / line.length));
    process.stdout.write(lines.subarray(0, wholeLines * line.length));
  });
  return () => turns[Symbol.dispose]();
}

/** Half of the time goes to pushing, the other half to everything else. */
const pushTurnMs = 5;

/** Pushes to its subscribers as often as fits into half of the time. Throws kind `rejected` when there can't be any. */
export function floodValues({ clock, push }: FaultSetting): () => void {
  if (!push) {
    const message = 'flood:values needs subscribers; set delivery: subscribe in the options';
    throw new GatewayError({ code: 'CHAOS_POLLED', kind: 'rejected', message });
  }
  const turns = repeat(clock, pushTurnMs, () => {
    const untilMs = clock.monotonicMs() + pushTurnMs;
    do push();
    while (clock.monotonicMs() < untilMs);
  });
  return () => turns[Symbol.dispose]();
}
