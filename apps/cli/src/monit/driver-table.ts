import type { Driver } from '@fieldwarden/admin-contract';
import type { Palette } from '../output/palette.js';
import { statePaint } from '../output/values.js';
import { fitted, lengthOf, painted, type ScreenCell } from './cells.js';
import { barText, shortBytes, shortDuration } from './short-texts.js';

interface Column {
  readonly head: string;
  /** May be cut to that if there is no room for its longest text. */
  readonly minWidth?: number;
  /** Figures stand at the right of their column. */
  readonly right?: boolean;
  cell(driver: Driver, palette: Palette): ScreenCell;
}

const idColumn: Column = { head: 'ID', minWidth: 10, cell: ({ id }) => ({ text: id }) };
const typeColumn: Column = { head: 'TYPE', minWidth: 6, cell: ({ type }) => ({ text: type }) };
const stateColumn: Column = {
  head: 'STATE',
  cell: ({ state, crashLoop, tagsBad }, palette) => {
    if (crashLoop !== 'closed') return { text: `${state} !`, paint: palette.bad };
    if (state === 'Healthy' && tagsBad > 0) return { text: `${state} ?`, paint: palette.warning };
    return { text: state, paint: statePaint(state, palette) };
  },
};
const processColumn: Column = {
  head: 'PROCESS',
  cell: ({ isolation, pid }, palette) =>
    isolation === 'in-process' ? { text: 'gateway', paint: palette.faint } : { text: `host ${pid ?? '-'}` },
};
/** The same without the word. */
const narrowProcess: Column = {
  ...processColumn,
  cell: (driver, palette) => (driver.pid === null ? processColumn.cell(driver, palette) : { text: String(driver.pid) }),
};
const upColumn: Column = {
  head: 'UP',
  right: true,
  cell: ({ upMs }) => ({ text: upMs === null ? '-' : shortDuration(upMs) }),
};
const restartsColumn: Column = {
  head: 'RST',
  right: true,
  cell: ({ restarts: { crash, recycle, operator } }, palette) => ({
    text: String(crash + recycle + operator),
    ...(crash > 0 && { paint: palette.warning }),
  }),
};
const cpuColumn: Column = {
  head: 'CPU',
  right: true,
  cell: ({ cpuPercent }) => ({ text: cpuPercent === null ? '-' : `${cpuPercent.toFixed(0)}%` }),
};
const beatColumn: Column = {
  head: 'BEAT',
  right: true,
  cell: ({ heartbeatMs }) => ({ text: heartbeatMs === null ? '-' : shortDuration(heartbeatMs) }),
};
const causeColumn: Column = {
  head: 'CAUSE',
  minWidth: 6,
  cell: ({ lastCause, lastError }) => ({ text: lastCause ?? lastError?.code ?? '-' }),
};

function memoryColumn(barWidth: number, figures: (memory: Driver['memory']) => string): Column {
  return {
    head: 'MEMORY',
    cell({ memory }, palette) {
      if (memory.bytes === null) return { text: '-' };
      const bar =
        memory.hardBytes === null ? '' : `${barText(memory.bytes, memory.softBytes, memory.hardBytes, barWidth)} `;
      return { text: `${bar}${figures(memory)}`, paint: memoryPaint(memory, palette) };
    },
  };
}

function memoryPaint({ state }: Driver['memory'], palette: Palette): ScreenCell['paint'] {
  if (state === 'Hard') return palette.bad;
  return state === 'Soft' ? palette.warning : undefined;
}

/** `64M of 508M/1.0G`: now, soft limit, hard limit. */
const wideMemory = memoryColumn(10, ({ bytes, softBytes, hardBytes }) =>
  softBytes === null || hardBytes === null
    ? shortBytes(bytes ?? 0)
    : `${shortBytes(bytes ?? 0)} of ${shortBytes(softBytes)}/${shortBytes(hardBytes)}`,
);
const narrowMemory = memoryColumn(4, ({ bytes, softBytes }) =>
  softBytes === null ? shortBytes(bytes ?? 0) : `${shortBytes(bytes ?? 0)}/${shortBytes(softBytes)}`,
);

/** From everything to what a narrow terminal can hold; the first that fits is taken. The detail line has what is missing. */
const layouts: readonly (readonly Column[])[] = [
  [idColumn, typeColumn, stateColumn, processColumn, upColumn, restartsColumn, cpuColumn, wideMemory, beatColumn, causeColumn],
  [idColumn, typeColumn, stateColumn, narrowProcess, upColumn, restartsColumn, cpuColumn, narrowMemory, beatColumn, causeColumn],
  [idColumn, stateColumn, narrowProcess, upColumn, restartsColumn, cpuColumn, narrowMemory, beatColumn, causeColumn],
  [idColumn, stateColumn, narrowProcess, restartsColumn, narrowMemory, causeColumn],
  [idColumn, stateColumn, narrowProcess, causeColumn],
  [idColumn, stateColumn],
]; // prettier-ignore

/** Before each row: what is selected is marked without colours too. */
const markWidth = 2;

/** The head line and one line per driver shown, each exactly `width` wide. */
export function driverTable(
  drivers: readonly Driver[],
  selected: string | undefined,
  palette: Palette,
  width: number,
): { readonly head: string; readonly rows: readonly string[] } {
  const { columns, widths } = chosenLayout(drivers, width - markWidth, palette);
  const head = columns.map(({ head: text, right }, i) => aligned(text, widths[i], right)).join(' ');
  return {
    head: palette.faint(fitted(' '.repeat(markWidth) + head, width)),
    rows: drivers.map((driver) => {
      const cells = columns.map((column) => ({ ...column.cell(driver, palette), right: column.right }));
      return row(cells, widths, driver.id === selected, palette, width);
    }),
  };
}

function row(
  cells: readonly (ScreenCell & { readonly right?: boolean })[],
  widths: readonly number[],
  isSelected: boolean,
  palette: Palette,
  width: number,
): string {
  let left = width - markWidth;
  const parts = cells.map(({ text, paint, right }, i) => {
    const gap = i === 0 ? '' : ' ';
    const room = Math.max(0, Math.min(widths[i], left - gap.length));
    left -= room + gap.length;
    return room === 0 ? '' : gap + painted({ text: aligned(text, room, right), ...(paint && { paint }) }, room);
  });
  const content = `${isSelected ? '› ' : '  '}${parts.join('')}${' '.repeat(Math.max(0, left))}`;
  return isSelected ? palette.selected(content) : content;
}

function aligned(text: string, width: number, right = false): string {
  return right ? text.padStart(width) : fitted(text, width);
}

interface Layout {
  readonly columns: readonly Column[];
  readonly widths: readonly number[];
}

function chosenLayout(drivers: readonly Driver[], width: number, palette: Palette): Layout {
  const measured = layouts.map((columns) => measuredLayout(columns, drivers, width, palette));
  return measured.find(({ left }) => left >= 0) ?? measured.at(-1)!;
}

/** Every column gets its least width; what is `left` then makes up what the longest texts need, from the first column on. */
function measuredLayout(
  columns: readonly Column[],
  drivers: readonly Driver[],
  width: number,
  palette: Palette,
): Layout & { readonly left: number } {
  const wanted = columns.map((column) => wantedWidth(column, drivers, palette));
  const least = columns.map(({ minWidth = Infinity }, i) => Math.min(minWidth, wanted[i]));
  let left = width - least.reduce((sum, each) => sum + each + 1, -1);
  const room = left;
  const widths = least.map((each, i) => {
    const more = Math.max(0, Math.min(left, wanted[i] - each));
    left -= more;
    return each + more;
  });
  return { columns, widths, left: room };
}

function wantedWidth(column: Column, drivers: readonly Driver[], palette: Palette): number {
  const texts = drivers.map((driver) => lengthOf(column.cell(driver, palette).text));
  return Math.max(column.head.length, ...texts);
}
