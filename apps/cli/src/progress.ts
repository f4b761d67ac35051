import type { CommandContext } from './command-context.js';
import { durationText } from './output/durations.js';

/** Work that is done sooner needs no line. */
const patienceMs = 700;

/** Room for `… 3 min 20 s` behind what is done. */
const timeColumns = 16;

/**
 * While `work` takes its time, a line on the terminal says so and for how long; it is gone when the work is done. Nothing where nobody looks.
 * `doing` is asked anew for each line, where it is a function.
 */
export async function withProgress<T>(
  { clock, json, terminal }: Pick<CommandContext, 'clock' | 'json' | 'terminal'>,
  doing: string | (() => string),
  work: Promise<T>,
): Promise<T> {
  if (json || terminal.width === undefined) return await work;
  const columns = Math.max(terminal.width - timeColumns, timeColumns);
  const beganAtMs = clock.monotonicMs();
  let shown = false;
  const show = (): void => {
    const seconds = Math.floor((clock.monotonicMs() - beganAtMs) / 1_000) * 1_000;
    const text = (typeof doing === 'string' ? doing : doing()).slice(0, columns); // a line that wraps is not overwritten
    terminal.writeError(
      `\r${terminal.errorPalette.faint(`${text} … ${seconds > 0 ? durationText(seconds) : ''}`)}\u001b[K`,
    );
    shown = true;
    timer = clock.setTimer(show, 1_000);
  };
  let timer = clock.setTimer(show, patienceMs);
  try {
    return await work;
  } finally {
    timer[Symbol.dispose]();
    if (shown) terminal.writeError('\r\u001b[K');
  }
}
