import type { LogFields, Logger, LogLevel } from '@fieldwarden/core';

export interface CollectedRecord {
  readonly level: LogLevel;
  readonly message: string;
  /** The record's own fields over those bound by `child`. */
  readonly fields: LogFields;
}

export interface CollectingLogger extends Logger {
  /** Everything logged through this logger and its children, oldest first. */
  readonly records: readonly CollectedRecord[];
  messages(level?: LogLevel): readonly string[];
  clear(): void;
}

/** A logger that keeps its records for the test to look at. */
export function collectingLogger(): CollectingLogger {
  const records: CollectedRecord[] = [];
  return {
    ...bound(records, {}),
    records,
    messages: (level) => records.filter((r) => !level || r.level === level).map((r) => r.message),
    clear: () => void records.splice(0),
  };
}

function bound(records: CollectedRecord[], boundFields: LogFields): Logger {
  const log =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void =>
      void records.push({ level, message, fields: { ...boundFields, ...fields } });
  return {
    debug: log('debug'),
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
    child: (fields) => bound(records, { ...boundFields, ...fields }),
    enabled: () => true,
  };
}
