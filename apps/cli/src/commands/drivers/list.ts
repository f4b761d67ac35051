import type { Driver, DriverList } from '@fieldwarden/admin-contract';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { table } from '../../output/columns.js';
import { configNotes } from '../../output/config-notes.js';
import { ageText, bytesText, durationText } from '../../output/durations.js';
import type { Palette } from '../../output/palette.js';
import { oneLine } from '../../output/printable.js';
import { stateText } from '../../output/values.js';
import { writeJson } from '../../terminal.js';
import { gatewayStatus } from '../gateway/status.js';

const head = ['ID', 'TYPE', 'STATE', 'RUNS IN', 'UP', 'RESTARTS', 'MEMORY', 'LAST ERROR'];

/** All drivers as a table. */
export async function list(context: CommandContext): Promise<ExitCode> {
  const { json, terminal } = context;
  const answer = await driverList(context);
  if (json) {
    writeJson(terminal, answer);
    return exitCodes.done;
  }
  if (answer.drivers.length === 0) terminal.write('The gateway has no drivers; its plant document names none.\n');
  else {
    const nowMs = context.clock.wallMs();
    const rows = answer.drivers.map((driver) => driverRow(driver, terminal.palette, nowMs));
    terminal.write(table(head, rows, terminal.width));
  }
  terminal.write(configNotes(await gatewayStatus(context), terminal.palette, context.clock.wallMs()));
  return exitCodes.done;
}

export function driverList({ client }: CommandContext): Promise<DriverList> {
  return client.call<DriverList>({ path: '/drivers', schema: 'fieldwarden/drivers@1' });
}

function driverRow(driver: Driver, palette: Palette, nowMs: number): readonly string[] {
  const { id, type, upMs, restarts, memory, lastError } = driver;
  return [
    id,
    type,
    stateCell(driver, palette, nowMs),
    homeText(driver),
    upMs === null ? '-' : durationText(upMs),
    String(restarts.crash + restarts.recycle + restarts.operator),
    memory.bytes === null ? '-' : bytesText(memory.bytes),
    lastError === null ? '-' : `${ageText(lastError.at, nowMs)}: ${oneLine(lastError.message)}`,
  ];
}

function stateCell(
  { state, enabled, crashLoop, nextAttemptAt, tagsBad }: Driver,
  palette: Palette,
  nowMs: number,
): string {
  const notes = [
    ...(enabled ? [] : ['disabled']),
    ...(crashLoop === 'closed' ? [] : [`crash loop ${crashLoop}`]),
    ...(nextAttemptAt === null ? [] : [`next attempt ${ageText(nextAttemptAt, nowMs)}`]),
  ];
  const text = stateText(state, palette, tagsBad);
  return notes.length === 0 ? text : `${text} (${notes.join(', ')})`;
}

/** `gateway`, or the process of its own. */
export function homeText({ isolation, pid }: Driver): string {
  if (isolation === 'in-process') return 'gateway';
  return pid === null ? 'host' : `host ${pid}`;
}
