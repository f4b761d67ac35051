import { appendFileSync, readFileSync } from 'node:fs';
import { delay, GatewayError, type Clock, type Logger } from '@fieldwarden/core';
import type { ChaosOptions } from '../options.js';

export interface StartSetting {
  readonly options: ChaosOptions;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What the options have in store for a start: takes its time, ends the process, or never returns. */
export async function sufferStart({ options, clock, logger }: StartSetting, signal: AbortSignal): Promise<void> {
  if (options.slowStartMs > 0) await delay(clock, options.slowStartMs, signal);
  if (isDueToFail(options)) {
    const code = options.failStart?.exit ?? 1;
    logger.error('chaos: this start fails', { exitCode: code });
    process.exit(code);
  }
  if (options.neverReady) await aborted(signal);
}

function isDueToFail({ failStart, failFirstStarts, counterFile }: ChaosOptions): boolean {
  const starts = counterFile === undefined ? 0 : countStart(counterFile);
  return failFirstStarts === 0 ? failStart !== undefined : starts <= failFirstStarts;
}

/** Adds this start to the file, and returns how many stand in it. */
function countStart(file: string): number {
  appendFileSync(file, `${process.pid}\n`);
  return readFileSync(file, 'utf8').split('\n').length - 1;
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const fail = (): void => reject(signal.reason as Error);
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}

/** Throws kind `config`, code `CHAOS_NEEDS_HOST`, if the options would end the process. */
export function refuseStartFaults({ failStart, failFirstStarts, refuseStop }: ChaosOptions): void {
  if (failStart === undefined && failFirstStarts === 0 && !refuseStop) return;
  const message = 'failStart, failFirstStarts and refuseStop are for a Host; set isolation: host';
  throw new GatewayError({ code: 'CHAOS_NEEDS_HOST', kind: 'config', message });
}
