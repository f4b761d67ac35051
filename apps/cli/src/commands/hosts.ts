import type { HostList, HostRow } from '@fieldwarden/admin-contract';
import type { CommandContext } from '../command-context.js';
import { exitCodes, type ExitCode } from '../exit-code.js';
import { table } from '../output/columns.js';
import { ageText, bytesText } from '../output/durations.js';
import type { Palette } from '../output/palette.js';
import { deviceStateText, stateText } from '../output/values.js';
import { writeJson } from '../terminal.js';

const head = ['', 'DRIVER', 'DEVICE', 'RUNS IN', 'STATE', 'DEVICE STATE', 'BREAKER', 'FAILURES', 'DEPTH', 'SCAN', 'LATE', 'MEMORY', 'LAST OPEN', 'RECYCLED']; // prettier-ignore

/** Every device with its breaker, scan interval and the memory of its driver. */
export async function hosts({ client, clock, json, terminal }: CommandContext): Promise<ExitCode> {
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
  return exitCodes.done;
}

function cells(row: HostRow, palette: Palette, nowMs: number): readonly string[] {
  return [
    row.alert ? palette.bad('!') : ' ',
    row.driverId,
    row.device,
    row.isolation === 'host' ? 'host' : 'gateway',
    stateText(row.driverState, palette),
    deviceStateText(row.deviceState, palette),
    row.breaker === 'closed' ? row.breaker : palette.bad(row.breaker),
    failuresText(row, palette),
    String(row.bulkheadDepth),
    scanText(row, palette),
    String(row.lateReplies),
    memoryText(row),
    timeText(row.lastBreakerOpenAt, nowMs),
    timeText(row.lastRecycleAt, nowMs),
  ];
}

/** `3/5`: in a row, and how many open the breaker. */
function failuresText({ consecutiveFailures, breakerThreshold, alert }: HostRow, palette: Palette): string {
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

function timeText(at: string | null, nowMs: number): string {
  return at === null ? '-' : ageText(at, nowMs);
}
