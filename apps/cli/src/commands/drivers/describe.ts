import type {
  Device,
  DriverDetailAnswer,
  HostList,
  HostRow,
  PlanAnswer,
  PostMortemSummary,
  TagDetail,
} from '@fieldwarden/admin-contract';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { columns, table } from '../../output/columns.js';
import { ageText, bytesText, durationText } from '../../output/durations.js';
import type { Palette } from '../../output/palette.js';
import { oneLine, printable } from '../../output/printable.js';
import { remedyFor } from '../../output/remedy.js';
import { deviceStateText, stateText } from '../../output/values.js';
import { writeJson } from '../../terminal.js';
import { avoidedSection } from './avoided.js';
import { badTagsOf, badTagSection } from './bad-tags.js';
import { failuresText, openingText } from './hosts.js';
import { homeText } from './list.js';
import { postMortemList } from './post-mortem.js';

/** Everything about one driver. */
export async function describe(context: CommandContext, id: string): Promise<ExitCode> {
  const { client, clock, json, terminal } = context;
  const path = `/drivers/${encodeURIComponent(id)}`;
  const driver = await client.call<DriverDetailAnswer>({ path, schema: 'fieldwarden/driver@1' });
  if (json) writeJson(terminal, driver);
  else {
    const [{ postMortems }, rows, badTags, plan] = await Promise.all([
      postMortemList(context, id),
      rowsOf(context, id),
      badTagsOf(context, driver),
      planOf(context, id),
    ]);
    terminal.write(description(driver, rows, postMortems, terminal.palette, clock.wallMs(), badTags));
    const avoided = avoidedSection(plan);
    if (avoided !== '') terminal.write(`\n${avoided}`);
  }
  return exitCodes.done;
}

async function planOf({ client }: CommandContext, id: string): Promise<PlanAnswer> {
  return await client.call<PlanAnswer>({
    path: `/drivers/${encodeURIComponent(id)}/plan`,
    schema: 'fieldwarden/plan@1',
  });
}

async function rowsOf({ client }: CommandContext, id: string): Promise<readonly HostRow[]> {
  const { rows } = await client.call<HostList>({ path: '/hosts', schema: 'fieldwarden/hosts@1' });
  return rows.filter(({ driverId }) => driverId === id);
}

/** `rows`: of the driver's devices. `postMortems`: newest first. `badTags`: the first of those that are Bad although their devices answer. */
export function description(
  driver: DriverDetailAnswer,
  rows: readonly HostRow[],
  postMortems: readonly PostMortemSummary[],
  palette: Palette,
  nowMs: number,
  badTags: readonly TagDetail[] = [],
): string {
  return [
    `${palette.strong(driver.id)}  ${driver.type}, tier ${driver.tier}\n`,
    columns(facts(driver, rows, postMortems, palette, nowMs)),
    deviceSection(driver.devices, rows, palette, nowMs),
    scanSection(driver.devices, palette),
    badTagSection(driver, badTags, palette),
  ]
    .filter((section) => section !== '')
    .join('\n');
}

function facts(
  driver: DriverDetailAnswer,
  rows: readonly HostRow[],
  postMortems: readonly PostMortemSummary[],
  palette: Palette,
  nowMs: number,
): readonly (readonly string[])[] {
  const { state, upMs, restarts, cpuPercent, heartbeatMs, pending, progress, lastCause } = driver;
  return [
    ['State', stateText(state, palette, driver.tagsBad) + (upMs === null ? '' : `, ready for ${durationText(upMs)}`)],
    ...(driver.enabled ? [] : [['Enabled', 'no']]),
    ['Runs in', homeText(driver) + (driver.spawn === null ? '' : `, spawn ${driver.spawn}`)],
    ['Restarts', `${restarts.crash} after crashes, ${restarts.recycle} recycles, ${restarts.operator} by operators`],
    ...recycleFact(rows, nowMs),
    ...crashLoopFacts(driver, palette, nowMs),
    ...(lastCause === null ? [] : [['Last end', lastCause]]),
    ...postMortemFact(driver.id, postMortems, nowMs),
    ...memoryFact(driver),
    ...(cpuPercent === null ? [] : [['CPU', `${cpuPercent.toFixed(1)} %`]]),
    ...(heartbeatMs === null ? [] : [['Heartbeat', `${durationText(heartbeatMs)} ago`]]),
    ['Work', `${pending} pending, ${progress} exchanges done`],
    ...(driver.generation === null ? [] : [['Generation', String(driver.generation)]]),
    ...(driver.notes ?? []).map((note) => ['Note', palette.warning(printable(note))]),
    ...errorFacts(driver, palette, nowMs),
  ].map(([name, text]) => [`  ${name}`, text]);
}

/** The same in every row: it is the driver's. */
function recycleFact(rows: readonly HostRow[], nowMs: number): readonly (readonly string[])[] {
  const at = rows.at(0)?.lastRecycleAt ?? null;
  return at === null ? [] : [['Last recycle', ageText(at, nowMs)]];
}

function crashLoopFacts(
  { id, crashLoop, nextAttemptAt }: DriverDetailAnswer,
  palette: Palette,
  nowMs: number,
): readonly (readonly string[])[] {
  return [
    ['Crash loop', crashLoop === 'closed' ? 'closed' : palette.bad(crashLoop)],
    ...(nextAttemptAt === null ? [] : [['Next attempt', ageText(nextAttemptAt, nowMs)]]),
    ...(crashLoop === 'closed' ? [] : [['', `fieldwarden reset ${id} tries at once.`]]),
  ];
}

function postMortemFact(
  id: string,
  postMortems: readonly PostMortemSummary[],
  nowMs: number,
): readonly (readonly string[])[] {
  const newest = postMortems.at(0);
  if (!newest) return [];
  const { spawn, cause, at } = newest;
  return [['Post-mortem', `spawn ${spawn}, ${cause}, ${ageText(at, nowMs)}: fieldwarden post-mortem ${id}`]];
}

function memoryFact({ memory }: DriverDetailAnswer): readonly (readonly string[])[] {
  if (memory.bytes === null) return [];
  const limits = [
    ...(memory.baselineBytes === null ? [] : [`baseline ${bytesText(memory.baselineBytes)}`]),
    ...(memory.softBytes === null ? [] : [`soft ${bytesText(memory.softBytes)}`]),
    ...(memory.hardBytes === null ? [] : [`hard ${bytesText(memory.hardBytes)}`]),
    ...(memory.state === null ? [] : [memory.state]),
  ];
  return [['Memory', [bytesText(memory.bytes), ...limits].join(', ')]];
}

function errorFacts(driver: DriverDetailAnswer, palette: Palette, nowMs: number): readonly (readonly string[])[] {
  const { lastError: error } = driver;
  if (error === null) return [];
  const remedy = remedyFor(driver);
  return [
    ['Last error', `${palette.bad(error.code)} (${error.kind}), ${ageText(error.at, nowMs)}`],
    ['', printable(error.message)],
    ...(remedy === undefined ? [] : [['', remedy]]),
  ];
}

const deviceHead = ['', 'DEVICE', 'STATE', 'TAGS', 'BREAKER', 'FAILURES', 'RETRIES', 'LATE', 'LAST OPEN', 'LAST ERROR'];

function deviceSection(
  devices: readonly Device[],
  hostRows: readonly HostRow[],
  palette: Palette,
  nowMs: number,
): string {
  const rows = devices.map(({ id, state, tags, tagsBad, breaker, consecutiveFailures, lastError }) => {
    const row = hostRows.find(({ device }) => device === id);
    return [
      row?.alert ? palette.bad('!') : ' ',
      id,
      deviceStateText(state, palette, tagsBad),
      String(tags),
      breaker === 'closed' ? breaker : palette.bad(breaker),
      row ? failuresText(row, palette) : String(consecutiveFailures),
      row ? String(row.retries) : '-',
      row ? String(row.lateReplies) : '-',
      row ? openingText(row, nowMs) : '-',
      lastError === null ? '-' : `${ageText(lastError.at, nowMs)}: ${oneLine(lastError.message)}`,
    ];
  });
  return indented(table(deviceHead, rows));
}

const scanHead = ['DEVICE', 'SCAN', 'ACHIEVED', 'OVERRUNS', 'TAGS'];

function scanSection(devices: readonly Device[], palette: Palette): string {
  const rows = devices.flatMap(({ id, scans }) =>
    scans.map(({ requestedMs, achievedMs, overruns, tags }) => [
      id,
      `${requestedMs} ms`,
      achievedMs === null ? '-' : `${achievedMs} ms`,
      overruns === 0 ? '0' : palette.warning(String(overruns)),
      String(tags),
    ]),
  );
  return indented(table(scanHead, rows));
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}
