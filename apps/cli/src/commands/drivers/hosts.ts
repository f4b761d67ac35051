import type { HostList, HostRow } from '@fieldwarden/admin-contract';
import type { GatewayEvent } from '@fieldwarden/gateway-contract';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { follow } from '../../gateway/follow.js';
import { table } from '../../output/columns.js';
import { ageText, bytesText, timeOfDay } from '../../output/durations.js';
import type { Palette } from '../../output/palette.js';
import { oneLine } from '../../output/printable.js';
import { deviceStateText, stateText } from '../../output/values.js';
import { writeJson } from '../../terminal.js';

const head = [
  '',
  'DRIVER',
  'DEVICE',
  'RUNS IN',
  'STATE',
  'DEVICE STATE',
  'BREAKER',
  'FAILURES',
  'DEPTH',
  'SCAN',
  'RETRIES',
  'LATE',
  'MEMORY',
  'LAST OPEN',
  'RECYCLED',
];

/** Every device with its breaker, scan interval and the memory of its driver; with `following` then each row that changes. */
export async function hosts(context: CommandContext, following = false): Promise<ExitCode> {
  await showRows(context);
  return following ? await followRows(context) : exitCodes.done;
}

async function showRows({ client, clock, json, terminal }: CommandContext): Promise<void> {
  const answer = await client.call<HostList>({ path: '/hosts', schema: 'fieldwarden/hosts@1' });
  if (json) writeJson(terminal, answer);
  else if (answer.rows.length === 0) terminal.write('The gateway has no devices; its plant document names none.\n');
  else {
    const nowMs = clock.wallMs();
    terminal.write(
      table(
        head,
        answer.rows.map((row) => cells(row, terminal.palette, nowMs)),
        terminal.width,
      ),
    );
  }
}

async function followRows(context: CommandContext): Promise<ExitCode> {
  const { json, terminal } = context;
  return await follow(context, '/events', 'host', (item) => {
    const { at, message, data } = item as GatewayEvent;
    const row = data?.row as HostRow | undefined;
    if (!row) return; // the start or end of a process
    if (json) writeJson(terminal, { schema: 'fieldwarden/host@1', at, ...row });
    else
      terminal.write(
        `${terminal.palette.faint(timeOfDay(at))} ${row.alert ? terminal.palette.bad('!') : ' '} ${oneLine(message)}\n`,
      );
  });
}

function cells(row: HostRow, palette: Palette, nowMs: number): readonly string[] {
  return [
    row.alert ? palette.bad('!') : ' ',
    row.driverId,
    row.device,
    row.isolation === 'host' ? 'host' : 'gateway',
    stateText(row.driverState, palette),
    deviceStateText(row.deviceState, palette, row.tagsBad),
    row.breaker === 'closed' ? row.breaker : palette.bad(row.breaker),
    failuresText(row, palette),
    String(row.bulkheadDepth),
    scanText(row, palette),
    String(row.retries),
    String(row.lateReplies),
    memoryText(row),
    openingText(row, nowMs),
    timeText(row.lastRecycleAt, nowMs),
  ];
}

/** `3/5`: in a row, and how many open the breaker. */
export function failuresText({ consecutiveFailures, breakerThreshold, alert }: HostRow, palette: Palette): string {
  const text = breakerThreshold === null ? String(consecutiveFailures) : `${consecutiveFailures}/${breakerThreshold}`;
  return alert ? palette.bad(text) : text;
}

/** `1000.4/1000 ms`: achieved, requested. */
function scanText({ requestedScanMs, achievedScanMs, overruns }: HostRow, palette: Palette): string {
  if (requestedScanMs === null) return '-';
  const text = `${achievedScanMs ?? '-'}/${requestedScanMs} ms`;
  return overruns === 0 ? text : `${text}, ${palette.warning(`${overruns} overruns`)}`;
}

function memoryText({ currentBytes, baselineBytes }: HostRow): string {
  if (currentBytes === null) return '-';
  return baselineBytes === null ? bytesText(currentBytes) : `${bytesText(currentBytes)} (${bytesText(baselineBytes)})`;
}

/** `3 min ago, probe in 4 s`. */
export function openingText({ lastBreakerOpenAt, nextProbeAt }: HostRow, nowMs: number): string {
  const opened = timeText(lastBreakerOpenAt, nowMs);
  return nextProbeAt !== null && Date.parse(nextProbeAt) > nowMs
    ? `${opened}, probe ${ageText(nextProbeAt, nowMs)}`
    : opened;
}

function timeText(at: string | null, nowMs: number): string {
  return at === null ? '-' : ageText(at, nowMs);
}
