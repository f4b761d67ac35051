import type { CommandContext } from './command-context.js';
import { durationText } from './output/durations.js';

/** Work that is done sooner needs no line. */
const patienceMs = 700;

/** While `work` takes its time, a line on the terminal says so and for how long; it is gone when the work is done. Nothing where nobody looks. */
export async function withProgress<T>(
  { clock, json, terminal }: Pick<CommandContext, 'clock' | 'json' | 'terminal'>,
  doing: string,
  work: Promise<T>,
): Promise<T> {
  if (json || terminal.width === undefined) return await work;
  const beganAtMs = clock.monotonicMs();
  let shown = false;
  const show = (): void => {
    const seconds = Math.floor((clock.monotonicMs() - beganAtMs) / 1_000) * 1_000;
    terminal.writeError(
      `\r${terminal.errorPalette.faint(`${doing} … ${seconds > 0 ? durationText(seconds) : ''}`)}\u001b[K`,
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
