import type { Driver } from '@fieldwarden/admin-contract';
import { driverStates } from '@fieldwarden/gateway-contract';
import { ageText, bytesText, durationText } from '../output/durations.js';
import type { Palette } from '../output/palette.js';
import { oneLine } from '../output/printable.js';
import { statePaint } from '../output/values.js';
import type { ScreenCell } from './cells.js';
import type { MonitState } from './monit-state.js';

const separator: ScreenCell = { text: ' · ' };

/** The gateway in one line; first of all if it is lost. */
export function statusCells(state: MonitState, palette: Palette): readonly ScreenCell[] {
  const { status, lost, nowMs, refreshedAtMs } = state;
  const since = `no answer for ${durationText(nowMs - refreshedAtMs)}`;
  const trouble: readonly ScreenCell[] =
    lost === undefined ? [] : [{ text: ` ${since} `, paint: palette.bad }, separator];
  if (!status) return trouble;
  const { site, uptimeMs, tags, version } = status;
  return [
    ...trouble,
    { text: oneLine(site), paint: palette.strong },
    separator,
    { text: `up ${durationText(uptimeMs)}` },
    separator,
    { text: 'tags ' },
    { text: `${tags.good} good`, paint: palette.good },
    { text: ' ' },
    { text: `${tags.uncertain} uncertain`, ...(tags.uncertain > 0 && { paint: palette.warning }) },
    { text: ' ' },
    { text: `${tags.bad} bad`, ...(tags.bad > 0 && { paint: palette.bad }) },
    separator,
    ...driverCells(state, palette),
    separator,
    { text: `Fieldwarden ${version}`, paint: palette.faint },
  ];
}

/** How many drivers are in which state. */
function driverCells({ drivers }: MonitState, palette: Palette): readonly ScreenCell[] {
  const counts = driverStates
    .map((state) => ({ state, count: drivers.filter((driver) => driver.state === state).length }))
    .filter(({ count }) => count > 0);
  if (counts.length === 0) return [{ text: 'no drivers' }];
  return counts.flatMap(({ state, count }, i) => [
    ...(i === 0 ? [] : [{ text: ' ' }]),
    { text: `${count} ${state}`, paint: statePaint(state, palette) },
  ]);
}

/** What of the selected driver has no column, or none on a narrow terminal. */
export function detailCells({ drivers, selected, nowMs, lost }: MonitState, palette: Palette): readonly ScreenCell[] {
  if (lost !== undefined) return [{ text: `${oneLine(lost)} Trying again …`, paint: palette.bad }];
  const driver = drivers.find(({ id }) => id === selected);
  if (!driver) return [];
  const facts = [
    `${driver.type} ${driver.tier}`,
    ...(driver.enabled ? [] : ['disabled']),
    ...(driver.crashLoop === 'closed' ? [] : [`crash loop ${driver.crashLoop}`]),
    ...(driver.nextAttemptAt === null ? [] : [`next attempt ${ageText(driver.nextAttemptAt, nowMs)}`]),
    ...memoryFacts(driver),
    `${driver.pending} pending`,
  ];
  const error = driver.lastError;
  return [
    { text: facts.join(' · ') },
    ...(error === null
      ? []
      : [separator, { text: `${ageText(error.at, nowMs)}: ${oneLine(error.message)}`, paint: palette.warning }]),
  ];
}

function memoryFacts({ memory: { bytes, softBytes, hardBytes, state } }: Driver): readonly string[] {
  if (bytes === null) return [];
  const limits =
    softBytes === null || hardBytes === null ? '' : ` (soft ${bytesText(softBytes)}, hard ${bytesText(hardBytes)})`;
  return [`${bytesText(bytes)}${limits}${state === null ? '' : ` ${state}`}`];
}
