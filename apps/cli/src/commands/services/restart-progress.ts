import type { Service } from '@fieldwarden/admin-contract';
import { delay } from '@fieldwarden/core';
import type { CommandContext } from '../../command-context.js';
import { oneLine } from '../../output/printable.js';
import { withProgress } from '../../progress.js';
import { serviceList } from './service-calls.js';

const lookEveryMs = 1_000;

/** While services restart, which may take a minute where they fail again and again, says how they are. Nothing where nobody looks. */
export async function withRestartProgress<T>(
  context: CommandContext,
  ids: readonly string[],
  restart: Promise<T>,
): Promise<T> {
  const { json, terminal } = context;
  if (json || terminal.width === undefined) return await restart;
  let standing = '';
  const done = new AbortController();
  void followStanding(context, ids, done.signal, (text) => (standing = text));
  try {
    return await withProgress(context, () => `Restarting ${ids.join(', ')}${standing}`, restart);
  } finally {
    done.abort();
  }
}

/** Until `signal`. Whether the gateway answers is the restart's to tell. */
async function followStanding(
  context: CommandContext,
  ids: readonly string[],
  signal: AbortSignal,
  tell: (standing: string) => void,
): Promise<void> {
  while (!signal.aborted) {
    const answer = await serviceList(context).catch(() => undefined);
    if (answer) tell(standingText(answer.services.filter(({ id }) => ids.includes(id))));
    await delay(context.clock, lookEveryMs, signal).catch(() => undefined);
  }
}

/** `: acme Reconnecting (libacme.so is missing)`. */
function standingText(services: readonly Service[]): string {
  const texts = services
    .filter(({ state }) => state !== 'Healthy')
    .map(({ id, state, reason }) => `${id} ${state}${reason === null ? '' : ` (${oneLine(reason)})`}`);
  return texts.length === 0 ? '' : `: ${texts.join(', ')}`;
}
