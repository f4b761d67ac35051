import type { Service } from '@fieldwarden/admin-contract';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { table } from '../../output/columns.js';
import { ageText, bytesText, durationText } from '../../output/durations.js';
import type { Palette } from '../../output/palette.js';
import { oneLine } from '../../output/printable.js';
import { stateText } from '../../output/values.js';
import { writeJson } from '../../terminal.js';
import { serviceList } from './service-calls.js';

const head = ['ID', 'TYPE', 'STATE', 'FOR', 'RUNS IN', 'RESTARTS', 'MEMORY', 'URL', 'REASON'];

/** All services as a table. */
export async function listServices(context: CommandContext): Promise<ExitCode> {
  const { clock, json, terminal } = context;
  const answer = await serviceList(context);
  if (json) writeJson(terminal, answer);
  else if (answer.services.length === 0)
    terminal.write(
      'The gateway has no services; its plant document names none. fieldwarden services new lays one out.\n',
    );
  else {
    const nowMs = clock.wallMs();
    const rows = answer.services.map((service) => serviceRow(service, terminal.palette, nowMs));
    terminal.write(table(head, rows, terminal.width));
  }
  return exitCodes.done;
}

function serviceRow(service: Service, palette: Palette, nowMs: number): readonly string[] {
  const { id, type, stateSince, restarts, memoryBytes, url, reason } = service;
  return [
    id,
    type,
    stateCell(service, palette, nowMs),
    durationText(nowMs - Date.parse(stateSince)),
    serviceHome(service),
    String(restarts),
    memoryBytes === null ? '-' : bytesText(memoryBytes),
    url ?? '-',
    reason === null ? '-' : oneLine(reason),
  ];
}

function stateCell(service: Service, palette: Palette, nowMs: number): string {
  const { state, crashLoop, nextAttemptAt } = service;
  const notes = [
    ...(crashLoop === 'closed' ? [] : [`crash loop ${crashLoop}`]),
    ...(nextAttemptAt === null ? [] : [`next attempt ${ageText(nextAttemptAt, nowMs)}`]),
    ...(isGivenUp(service) ? ['not tried again by itself'] : []),
  ];
  return notes.length === 0 ? stateText(state, palette) : `${stateText(state, palette)} (${notes.join(', ')})`;
}

/** It refused to run: only a change of its configuration or somebody's restart tries again. */
export function isGivenUp({ state, nextAttemptAt, lastCause }: Service): boolean {
  return state === 'Faulted' && nextAttemptAt === null && lastCause === 'refused';
}

/** `gateway`, or the process of its own. */
export function serviceHome({ isolation, pid }: Service): string {
  if (isolation === 'in-process') return 'gateway';
  return pid === null ? 'host' : `host ${pid}`;
}
