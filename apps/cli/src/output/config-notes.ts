import type { Status } from '@fieldwarden/admin-contract';
import { ageText } from './durations.js';
import type { Palette } from './palette.js';
import { oneLine } from './printable.js';
import { sentence } from './sentence.js';

/** What is not as it should be with the configuration, and what to do about it: a line each, mostly none. */
export function configNotes({ config, generation, usingStaleConfig }: Status, palette: Palette, nowMs: number): string {
  if (!config) return '';
  const { staleSince, held, rolledBack } = config;
  const notes = [
    ...(usingStaleConfig || staleSince !== null ? [staleNote(generation, staleSince, nowMs)] : []),
    ...(held === null
      ? []
      : [
          `Configuration is held: ${sentence(oneLine(held.reason))} Look at fieldwarden config generations, then publish or fieldwarden config rollback N.`,
        ]),
    ...rolledBack.map(
      ({ driverId, generation: bad, reason }) =>
        `${driverId} went back to what it ran before generation ${bad}: ${sentence(oneLine(reason))} See fieldwarden post-mortem ${driverId}, correct it and publish again.`,
    ),
  ];
  return notes.map((note) => `${palette.warning('!')} ${note}\n`).join('');
}

function staleNote(generation: number | null, since: string | null, nowMs: number): string {
  const from = since === null ? '' : ` since ${ageText(since, nowMs)}`;
  return `The configuration database has not answered${from}; generation ${generation ?? '-'} runs on from its sealed copy. Publishing waits until it answers: check FIELDWARDEN_CONFIG_URL and the database.`;
}
