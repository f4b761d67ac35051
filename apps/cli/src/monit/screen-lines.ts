import type { GatewayEvent, LogRecord } from '@fieldwarden/gateway-contract';
import { durationText, timeOfDay } from '../output/durations.js';
import type { Palette } from '../output/palette.js';
import { oneLine } from '../output/printable.js';
import { fitted, lengthOf, line, type ScreenCell } from './cells.js';
import { driverTable } from './driver-table.js';
import { helpLines, menuLines } from './overlays.js';
import { actionsFor } from './monit-actions.js';
import { selectedDriver, type MonitState } from './monit-state.js';
import { detailCells, statusCells } from './summaries.js';

/** Smaller than that nothing sensible can be shown. */
const smallest = { columns: 20, rows: 6 };

/** The whole screen: exactly `rows` lines of exactly `columns` characters. Pure. */
export function screenLines(state: MonitState, columns: number, rows: number, palette: Palette): readonly string[] {
  if (columns < smallest.columns || rows < smallest.rows) return tooSmall(columns, rows);
  const places = tableRows(state.drivers.length, rows);
  const table = driverTable(visibleDrivers(state, places), state.selected, palette, columns);
  const above = [line(statusCells(state, palette), columns), table.head, ...tableLines(state, table.rows, columns)];
  const title = [line(paneTitle(state, palette, columns), columns), line(detailCells(state, palette), columns)];
  const below = [line(bottomCells(state, palette), columns)];
  const free = rows - above.length - title.length - below.length;
  return [...above, ...title, ...paneLines(state, free, columns, palette), ...below];
}

function tooSmall(columns: number, rows: number): readonly string[] {
  return Array.from({ length: rows }, (_, i) => fitted(i === 0 ? 'too small' : '', columns));
}

/** Drivers get up to half of the screen; the pane below what they leave. Five lines are neither. */
function tableRows(drivers: number, rows: number): number {
  const free = rows - 5;
  return Math.max(1, Math.min(Math.max(1, drivers), Math.max(1, Math.ceil(free / 2))));
}

/** The part of the drivers around the selected one. */
function visibleDrivers({ drivers, selected }: MonitState, places: number): MonitState['drivers'] {
  const at = Math.max(
    0,
    drivers.findIndex(({ id }) => id === selected),
  );
  const from = Math.max(0, Math.min(at - Math.floor(places / 2), drivers.length - places));
  return drivers.slice(from, from + places);
}

function tableLines({ drivers }: MonitState, rows: readonly string[], columns: number): readonly string[] {
  if (drivers.length > 0) return rows;
  return [fitted('  The gateway has no drivers; its plant document names none.', columns)];
}

function paneTitle(state: MonitState, palette: Palette, columns: number): readonly ScreenCell[] {
  const text = titleText(state);
  return [
    { text: '── ', paint: palette.faint },
    { text, paint: palette.strong },
    { text: ` ${'─'.repeat(Math.max(0, columns - lengthOf(text) - 4))}`, paint: palette.faint },
  ];
}

function titleText({ pane, selected = '-', overlay }: MonitState): string {
  if (overlay.type === 'help') return 'Keys';
  if (overlay.type === 'menu') return `What to do with ${selected}`;
  return pane === 'log' ? `Log of ${selected}` : 'Events';
}

/** The newest at the bottom. */
function paneLines(state: MonitState, count: number, columns: number, palette: Palette): readonly string[] {
  const { overlay, pane, records, events } = state;
  if (overlay.type === 'help') return filled(helpLines(palette), count, columns);
  if (overlay.type === 'menu')
    return filled(menuLines(actionsFor(selectedDriver(state)), overlay.action, palette), count, columns);
  const newest: readonly (readonly ScreenCell[])[] =
    pane === 'log'
      ? lastOf(records, count).map((record) => recordCells(record, palette))
      : lastOf(events, count).map((event) => eventCells(event, palette));
  return filled(newest.length === 0 ? [[emptyCell(state, palette)]] : newest, count, columns);
}

function lastOf<T>(items: readonly T[], count: number): readonly T[] {
  return count <= 0 ? [] : items.slice(-count);
}

function emptyCell({ pane }: MonitState, palette: Palette): ScreenCell {
  return { text: pane === 'log' ? 'Nothing has been logged yet.' : 'Nothing has happened yet.', paint: palette.faint };
}

function filled(lines: readonly (readonly ScreenCell[])[], count: number, columns: number): readonly string[] {
  return Array.from({ length: Math.max(0, count) }, (_, i) => line(lines.at(i) === undefined ? [] : lines[i], columns));
}

function recordCells({ timestamp, level, message }: LogRecord, palette: Palette): readonly ScreenCell[] {
  return [
    { text: timeText(timestamp), paint: palette.faint },
    { text: ` ${level.padEnd(5)} `, paint: levelPaint(level, palette) },
    { text: oneLine(message) },
  ];
}

function levelPaint(level: string, palette: Palette): ScreenCell['paint'] {
  if (level === 'error') return palette.bad;
  return level === 'warn' ? palette.warning : undefined;
}

function eventCells({ at, type, message, driverId, device }: GatewayEvent, palette: Palette): readonly ScreenCell[] {
  const origin = [driverId, device].filter((part) => part !== undefined).join('/');
  return [
    { text: timeText(at), paint: palette.faint },
    { text: ` ${type.padEnd(7)} `, paint: type === 'alarm' ? palette.bad : undefined },
    ...(origin === '' ? [] : [{ text: `[${oneLine(origin)}] ` }]),
    { text: oneLine(message) },
  ];
}

function timeText(at: string): string {
  return Number.isNaN(Date.parse(at)) ? at : timeOfDay(at).slice(0, 8);
}

function bottomCells(state: MonitState, palette: Palette): readonly ScreenCell[] {
  const { overlay, notice, nowMs, refreshedAtMs, lost } = state;
  if (overlay.type === 'confirm') {
    return [{ text: ` ${overlay.action} ${overlay.id}? y/n `, paint: palette.selected }];
  }
  if (notice && nowMs < (notice.untilMs ?? Infinity))
    return [{ text: oneLine(notice.text), paint: palette[notice.tone] }];
  if (lost !== undefined) {
    return [{ text: `shown is what was ${durationText(nowMs - refreshedAtMs)} ago`, paint: palette.warning }];
  }
  return [{ text: '↑↓ select  Enter actions  e events  l log  ? help  q quit', paint: palette.faint }];
}
