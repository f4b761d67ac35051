import type { AcknowledgeAnswer, AlarmList, AlarmRow } from '@fieldwarden/admin-contract';
import { CliError, usageError } from '../cli-error.js';
import type { CommandContext } from '../command-context.js';
import { exitCodes, type ExitCode } from '../exit-code.js';
import { table } from '../output/columns.js';
import { ageText } from '../output/durations.js';
import { outcomeText } from '../output/outcomes.js';
import type { Palette } from '../output/palette.js';
import { oneLine } from '../output/printable.js';
import { valueText } from '../output/values.js';
import { correlationText } from '../report-error.js';
import { writeJson } from '../terminal.js';
import { counted } from './gateway/status.js';

/** The longest time-out of an acknowledgement, and waiting. */
const answerMs = 60_000;

export interface AlarmOrigin {
  readonly driver?: string;
  readonly device?: string;
}

/** What is of interest now, the most urgent first. */
export async function listAlarms(context: CommandContext, origin: AlarmOrigin): Promise<ExitCode> {
  const { json, terminal } = context;
  const list = await readAlarms(context);
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

/** Says that somebody has seen an alarm, in the state in which it is listed now. Exit code 0 only if whoever raised it took that. */
export async function acknowledgeAlarm(
  context: CommandContext,
  conditionId: string,
  { message: comment, ...origin }: AlarmOrigin & { readonly message?: string },
): Promise<ExitCode> {
  const { client, json, terminal } = context;
  const { alarms } = await readAlarms(context);
  const { driverId, device, eventId } = theOnly(
    alarms.filter((row) => row.conditionId === conditionId && isOf(row, origin)),
    conditionId,
  );
  const answer = await client.call<AcknowledgeAnswer>({
    method: 'POST',
    path: '/alarms/acknowledge',
    body: { driverId, device, conditionId, eventId, ...(comment !== undefined && { comment }) },
    schema: 'fieldwarden/acknowledgement@1',
    timeoutMs: answerMs,
  });
  const asked = { what: 'acknowledgement', of: device === null ? 'gateway' : 'device' } as const;
  if (json) writeJson(terminal, answer);
  else terminal.write(`${oneLine(conditionId)}  ${outcomeText(answer, asked, terminal.palette)}\n`);
  if (!json && answer.outcome !== 'done') terminal.writeError(correlationText(client.correlationId));
  return answer.outcome === 'done' ? exitCodes.done : exitCodes.failed;
}

async function readAlarms({ client }: CommandContext): Promise<AlarmList> {
  return await client.call<AlarmList>({ path: '/alarms', schema: 'fieldwarden/alarms@1' });
}

function isOf(row: AlarmRow, { driver, device }: AlarmOrigin): boolean {
  return (driver ?? row.driverId) === row.driverId && (device ?? row.device) === row.device;
}

function theOnly(found: readonly AlarmRow[], conditionId: string): AlarmRow {
  if (found.length === 1) return found[0];
  if (found.length > 1) {
    const origins = found.map(({ driverId, device }) => originText(driverId, device)).join(', ');
    throw usageError(`${found.length} alarms are named ${conditionId}: of ${origins}. Say which: --driver, --device`);
  }
  throw new CliError({
    exitCode: exitCodes.failed,
    code: 'ALARM_UNKNOWN',
    message: `No alarm ${oneLine(conditionId)} is of interest there.`,
    remedy: 'fieldwarden alarms list shows those that are.',
  });
}

function originText(driverId: string | null, device: string | null): string {
  if (driverId === null) return 'the gateway';
  return device === null ? driverId : `${driverId}/${device}`;
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

/** `?` before what the device can't confirm at present. */
function stateText({ active, acknowledged, current }: AlarmRow, palette: Palette): string {
  const state = active ? (acknowledged ? 'active, seen' : 'ACTIVE') : 'gone, unseen';
  if (!current) return palette.faint(`? ${state}`);
  return active && !acknowledged ? palette.bad(state) : palette.warning(state);
}

function missingText({ alarms, total, lost, leftOut }: AlarmList): string {
  return [
    ...(total > alarms.length ? [`${counted(total - alarms.length, 'alarm')} less urgent than these`] : []),
    ...(leftOut > 0 ? [`${counted(leftOut, 'alarm')} found no room`] : []),
    ...(lost > 0 ? [`${counted(lost, 'event')} lost on the way since the start`] : []),
  ].join('; ');
}
