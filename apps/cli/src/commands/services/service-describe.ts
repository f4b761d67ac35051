import type { Service, ServiceAnswer, ServicePostMortemSummary } from '@fieldwarden/admin-contract';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { columns } from '../../output/columns.js';
import { ageText, bytesText, dateAndTime, durationText } from '../../output/durations.js';
import type { Palette } from '../../output/palette.js';
import { oneLine, printable } from '../../output/printable.js';
import { serviceRemedy } from '../../output/remedy.js';
import { stateText } from '../../output/values.js';
import { writeJson } from '../../terminal.js';
import { ofNamedService, servicePath, servicePostMortemList } from './service-calls.js';
import { isGivenUp, serviceHome } from './services-list.js';

type Fact = readonly [name: string, text: string];

/** Everything about one service. */
export async function describeService(context: CommandContext, id: string): Promise<ExitCode> {
  const { client, clock, json, terminal } = context;
  const path = servicePath(id);
  const service = await ofNamedService(context, id, () =>
    client.call<ServiceAnswer>({ path, schema: 'fieldwarden/service@1' }),
  );
  if (json) writeJson(terminal, service);
  else {
    const { postMortems } = await servicePostMortemList(context, id);
    terminal.write(serviceDescription(service, postMortems, terminal.palette, clock.wallMs()));
  }
  return exitCodes.done;
}

/** `postMortems`: newest first. */
export function serviceDescription(
  service: Service,
  postMortems: readonly ServicePostMortemSummary[],
  palette: Palette,
  nowMs: number,
): string {
  const detail = detailText(service.detail);
  return [
    `${palette.strong(service.id)}  ${oneLine(service.title)}\n`,
    columns(facts(service, postMortems, palette, nowMs).map(([name, text]) => [`  ${name}`, text])),
    ...(detail === '' ? [] : [`${palette.strong('What it says of itself')}\n${detail}`]),
  ].join('\n');
}

function facts(
  service: Service,
  postMortems: readonly ServicePostMortemSummary[],
  palette: Palette,
  nowMs: number,
): readonly Fact[] {
  const { id, state, stateSince, reason, spawn, url, restarts, memoryBytes, cpuPercent, lastCause } = service;
  const newest = postMortems.at(0);
  return [
    ['State', stateText(state, palette)],
    ['Since', `${dateAndTime(stateSince)}, ${durationText(nowMs - Date.parse(stateSince))}`],
    ...fact('Reason', reason, printable),
    ...fact('URL', url, oneLine),
    ['Runs in', serviceHome(service) + (spawn === null ? '' : `, spawn ${spawn}`)],
    ...fact('Memory', memoryBytes, bytesText),
    ...fact('CPU', cpuPercent, (percent) => `${percent.toFixed(1)} %`),
    ['Restarts', String(restarts)],
    ...crashLoopFacts(service, palette, nowMs),
    ...fact('Last end', lastCause, oneLine),
    ...fact(
      'Post-mortem',
      newest,
      ({ spawn: of, cause, at }) =>
        `spawn ${of}, ${cause}, ${ageText(at, nowMs)}: fieldwarden services post-mortem ${id}`,
    ),
    ['Left out', `${service.conflatedValues} changes of tags, replaced by newer ones`],
    ...errorFacts(service, palette, nowMs),
  ];
}

/** None where there is nothing to say. */
function fact<T>(name: string, value: T | null | undefined, text: (value: T) => string): readonly Fact[] {
  return value === null || value === undefined ? [] : [[name, text(value)]];
}

function crashLoopFacts(service: Service, palette: Palette, nowMs: number): readonly Fact[] {
  const { id, crashLoop, nextAttemptAt } = service;
  return [
    ['Crash loop', crashLoop === 'closed' ? 'closed' : palette.bad(crashLoop)],
    ...fact('Next attempt', nextAttemptAt, (at) => ageText(at, nowMs)),
    ...fact('', nextAttemptAt, () => `fieldwarden services restart ${id} tries at once.`),
    ...(isGivenUp(service)
      ? ([['Next attempt', `not by itself; fieldwarden services restart ${id} tries again`]] as const)
      : []),
  ];
}

function errorFacts({ id, lastError: error }: Service, palette: Palette, nowMs: number): readonly Fact[] {
  if (error === null) return [];
  return [
    ['Last error', `${palette.bad(error.code)} (${error.kind}), ${dateAndTime(error.at)}, ${ageText(error.at, nowMs)}`],
    ['', printable(error.message)],
    ...fact('', serviceRemedy(id, error), (remedy) => remedy),
  ];
}

/** Longer ones are for programs: `--json`. */
const longestDetail = 400;

/** One line for each field; what is within it as JSON, where a person can read that. */
function detailText(detail: Service['detail']): string {
  const rows = Object.entries(detail ?? {}).map(([name, value]) => [
    `  ${oneLine(name)}`,
    oneLine(typeof value === 'string' ? value : jsonText(value)),
  ]);
  return columns(rows);
}

function jsonText(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > longestDetail ? `${text.length} characters, with --json` : text;
}
