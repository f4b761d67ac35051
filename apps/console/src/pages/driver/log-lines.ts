import type { LogRecord } from '@fieldwarden/gateway-contract';

export const levels = ['debug', 'info', 'warn', 'error'] as const;

/** The page keeps as many lines as the gateway. */
export const maxLines = 1_000;

const shownElsewhere = new Set(['timestamp', 'level', 'message', 'driverId', 'driverType']);

/** What a record says beside its message: `device=filler correlationId=…`. */
export function detailsOf(record: LogRecord): string {
  return Object.entries(record)
    .filter(([name, value]) => !shownElsewhere.has(name) && value !== undefined && value !== null)
    .map(
      ([name, value]) =>
        `${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value as string | number)}`,
    )
    .join(' ');
}

export interface LineFilter {
  /** Least severe level shown. */
  readonly level: string;
  readonly text: string;
}

export function filteredLines(records: readonly LogRecord[], { level, text }: LineFilter): readonly LogRecord[] {
  const least = levels.indexOf(level as (typeof levels)[number]);
  const wanted = text.toLowerCase();
  return records.filter(
    (record) =>
      levels.indexOf(record.level as (typeof levels)[number]) >= least &&
      (wanted === '' || `${record.message} ${detailsOf(record)}`.toLowerCase().includes(wanted)),
  );
}

export function withLines(lines: readonly LogRecord[], more: readonly LogRecord[]): readonly LogRecord[] {
  return [...lines, ...more].slice(-maxLines);
}
