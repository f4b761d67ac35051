import type {
  PostMortem,
  PostMortemMemory,
  PostMortemOperation,
  PostMortemSummary,
  ServicePostMortem,
} from '@fieldwarden/admin-contract';
import { columns, table } from './columns.js';
import { ageText, bytesText, dateAndTime, durationText, timeOfDay } from './durations.js';
import type { Terminal } from '../terminal.js';
import type { Palette } from './palette.js';
import { oneLine, printable } from './printable.js';
import { sparkline } from './sparkline.js';

/** How many of the last calls are shown; `--json` has them all. */
const shownOperations = 20;

const curveWidth = 60;

/** Causes of SPEC §4.3 in words. */
const causes: Readonly<Record<string, string>> = {
  exit: 'the process ended by itself',
  signal: 'a signal ended the process',
  hang: 'it no longer answered pings, and was killed',
  wedge: 'it made no progress although work was waiting',
  'memory-hard': 'it used more memory than its hard limit',
  'memory-soft': 'it used more memory than its soft limit',
  protocol: 'what it sent could not be understood',
  'start-timeout': 'it was not ready in time',
  'not-spawned': 'the system gave no process',
  refused: 'it refused its configuration, or speaks another version',
  operator: 'an operator asked for it',
  cron: 'the recycle schedule asked for it',
  promotion: 'the driver was moved',
};

/** `exit code 1`, `SIGKILL`. */
export function endText({ exitCode, signal }: Pick<PostMortemSummary, 'exitCode' | 'signal'>): string {
  if (signal !== null) return signal;
  return exitCode === null ? 'no exit seen' : `exit code ${exitCode}`;
}

/** All that are kept, newest first, one line each. */
export function postMortemTable(
  summaries: readonly Omit<PostMortemSummary, 'driverId'>[],
  { palette, width }: Pick<Terminal, 'palette' | 'width'>,
  nowMs: number,
): string {
  const rows = summaries.map((entry, i) => [
    String(i + 1),
    dateAndTime(entry.at),
    ageText(entry.at, nowMs),
    String(entry.spawn),
    palette.bad(entry.cause),
    endText(entry),
  ]);
  return table(['N', 'AT', 'AGE', 'SPAWN', 'CAUSE', 'END'], rows, width);
}

/** A post-mortem as people read it: what, where it stood, what it said, what it did, how its memory went. */
export function postMortemText(
  report: PostMortem | ServicePostMortem,
  place: { readonly nth: number; readonly of: number },
  palette: Palette,
  nowMs: number,
): string {
  const { stack, stackMissing, logTail, operations } = report;
  return [
    `${palette.strong('serviceId' in report ? report.serviceId : report.driverId)}  post-mortem ${place.nth} of ${place.of}\n`,
    columns(facts(report, palette, nowMs)),
    section('Stack', printable(stack ?? stackMissing ?? 'No stack was caught.'), palette),
    section('Log, last lines', logTail.map(oneLine).join('\n') || 'It logged nothing.', palette),
    section(operationsTitle(operations), operationsText(operations, palette), palette),
    section('Memory', memoryText(report.memory), palette),
  ].join('\n');
}

function facts(report: Omit<PostMortem, 'driverId'>, palette: Palette, nowMs: number): readonly (readonly string[])[] {
  const { id, cause, at, spawn, generation } = report;
  const meaning = causes[cause] === undefined ? '' : `: ${causes[cause]}`;
  return [
    ['  Cause', `${palette.bad(cause)}${meaning}`],
    ['  End', endText(report)],
    ['  Error', oneLine(report.error.message)],
    ['  At', `${dateAndTime(at)}, ${ageText(at, nowMs)}`],
    ['  Spawn', String(spawn)],
    ...(generation === null ? [] : [['  Generation', String(generation)]]),
    ['  Id', id],
  ];
}

function section(title: string, text: string, palette: Palette): string {
  return `${palette.strong(title)}\n${text.trimEnd().replace(/^(?=.)/gm, '  ')}\n`;
}

function operationsTitle(operations: readonly PostMortemOperation[]): string {
  const shown = Math.min(shownOperations, operations.length);
  return shown === operations.length ? 'Last calls' : `Last ${shown} of ${operations.length} calls`;
}

function operationsText(operations: readonly PostMortemOperation[], palette: Palette): string {
  if (operations.length === 0) return 'It was not called.';
  const rows = operations
    .slice(-shownOperations)
    .map(({ startedAt, capability, device, durationMs, result, correlationId }) => [
      timeOfDay(startedAt),
      capability,
      device ?? '-',
      durationMs === null ? 'under way' : durationText(durationMs),
      resultText(result, palette),
      correlationId ?? '-',
    ]);
  return table(['STARTED', 'CALL', 'DEVICE', 'TOOK', 'RESULT', 'CORRELATION'], rows);
}

function resultText(result: string, palette: Palette): string {
  if (result === 'ok') return palette.good(result);
  return result === 'pending' ? palette.warning(result) : palette.bad(oneLine(result));
}

/** Private memory where the system offers it, else what is resident. */
function memoryText(samples: readonly PostMortemMemory[]): string {
  if (samples.length === 0) return 'No sample was taken.';
  const isPrivate = samples.every(({ privateBytes }) => privateBytes !== null);
  const bytes = samples.map(({ privateBytes, rssBytes }) => (isPrivate ? privateBytes! : rssBytes));
  const spanMs = Date.parse(samples.at(-1)!.at) - Date.parse(samples[0].at);
  const kind = isPrivate ? 'private' : 'resident';
  const figures = `${bytesText(bytes[0])} → ${bytesText(bytes.at(-1)!)} ${kind}, at most ${bytesText(Math.max(...bytes))}, over ${durationText(spanMs)}`;
  return `${sparkline(bytes, curveWidth)}\n${figures}; heap ${bytesText(samples.at(-1)!.heapUsedBytes)} at the end`;
}
