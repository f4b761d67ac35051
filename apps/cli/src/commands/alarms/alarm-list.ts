import type { AlarmList, AlarmRow } from '@fieldwarden/admin-contract';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { table } from '../../output/columns.js';
import { ageText } from '../../output/durations.js';
import type { Palette } from '../../output/palette.js';
import { oneLine } from '../../output/printable.js';
import { valueText } from '../../output/values.js';
import { writeJson } from '../../terminal.js';
import { counted } from '../gateway/status.js';

export interface AlarmOrigin {
  readonly driver?: string;
  readonly device?: string;
}

export interface AlarmListOptions extends AlarmOrigin {
  /** Also what is normal. */
  readonly all?: boolean;
}

/** What is of interest now, the most urgent first. */
export async function listAlarms(context: CommandContext, { all, ...origin }: AlarmListOptions): Promise<ExitCode> {
  const { json, terminal } = context;
  const list = await readAlarms(context, all);
  const alarms = list.alarms.filter((row) => isOf(row, origin));
  if (json) {
    writeJson(terminal, { ...list, alarms });
    return exitCodes.done;
  }
  const nowMs = context.clock.wallMs();
  const rows = alarms.map((row) => cells(row, terminal.palette, nowMs));
  const head = ['SEV', 'STATE', 'SINCE', 'DRIVER', 'DEVICE', 'CONDITION', 'VALUE', 'WHAT'];
  terminal.write(table(head, rows, terminal.width) || 'There is no alarm.\n');
  const missing = missingText(list);
  if (missing !== '') terminal.writeError(`${terminal.errorPalette.warning(missing)}\n`);
  return exitCodes.done;
}

export async function readAlarms({ client }: CommandContext, all = false): Promise<AlarmList> {
  const path = all ? '/alarms?all=true' : '/alarms';
  return await client.call<AlarmList>({ path, schema: 'fieldwarden/alarms@1' });
}

export function isOf(row: AlarmRow, { driver, device }: AlarmOrigin): boolean {
  return (driver ?? row.driverId) === row.driverId && (device ?? row.device) === row.device;
}

function cells(row: AlarmRow, palette: Palette, nowMs: number): readonly string[] {
  return [
    String(row.severity),
    stateText(row, palette),
    ageText(row.at, nowMs),
    row.driverId ?? '-',
    row.device ?? '-',
    oneLine(row.conditionId),
    valueText(row.value),
    oneLine(row.comment === null ? row.message : `${row.message} (${row.comment})`),
  ];
}

/** `?` before what nobody can confirm at present; behind it what sets the alarm apart. */
function stateText(row: AlarmRow, palette: Palette): string {
  const { active, acknowledged, current } = row;
  const text = [openText(row), ...marksOf(row)].join(', ');
  if (!current && row.retain) return palette.faint(`? ${text}`);
  if (!row.retain || isQuiet(row)) return palette.faint(text);
  return active && !acknowledged ? palette.bad(text) : palette.warning(text);
}

function openText({ active, acknowledged, confirmed, enabled, retain }: AlarmRow): string {
  if (!enabled) return 'disabled';
  if (!retain) return 'normal';
  if (active) return !acknowledged ? 'ACTIVE' : confirmed ? 'active, seen' : 'active, not confirmed';
  return acknowledged ? 'gone, not confirmed' : 'gone, unseen';
}

function marksOf(row: AlarmRow): readonly string[] {
  const { limitState, shelved, suppressed, outOfService, latched, frozen, firstOut, retain, quality } = row;
  return [
    ...(limitState === null ? [] : [limitState]),
    ...(latched ? ['latched'] : []),
    ...(shelved ? ['shelved'] : []),
    ...(suppressed ? ['suppressed'] : []),
    ...(outOfService ? ['out of service'] : []),
    ...(frozen ? [`frozen: ${quality ?? 'not Good'}`] : []),
    ...(firstOut && retain ? ['first of its group'] : []),
  ];
}

function isQuiet({ shelved, suppressed, outOfService }: AlarmRow): boolean {
  return shelved || suppressed || outOfService;
}

function missingText({ alarms, total, lost, leftOut }: AlarmList): string {
  return [
    ...(total > alarms.length ? [`${counted(total - alarms.length, 'alarm')} less urgent than these`] : []),
    ...(leftOut > 0 ? [`${counted(leftOut, 'alarm')} found no room`] : []),
    ...(lost > 0 ? [`${counted(lost, 'event')} lost on the way since the start`] : []),
  ].join('; ');
}
