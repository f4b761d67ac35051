import type { LogList } from '@fieldwarden/admin-contract';
import type { LogRecord } from '@fieldwarden/gateway-contract';
import type { CommandContext } from '../command-context.js';
import { exitCodes, type ExitCode } from '../exit-code.js';
import { dateAndTime } from '../output/durations.js';
import type { Palette } from '../output/palette.js';
import { printable } from '../output/printable.js';
import { follow } from '../gateway/follow.js';
import { writeJson } from '../terminal.js';

export interface LogsOptions {
  readonly lines: number;
  readonly follow: boolean;
}

/** The latest log records of one driver, or of the gateway and all. */
export async function logs(context: CommandContext, id: string | undefined, options: LogsOptions): Promise<ExitCode> {
  const { client, json, terminal } = context;
  const path = `${id === undefined ? '' : `/drivers/${encodeURIComponent(id)}`}/logs?lines=${options.lines}`;
  if (options.follow) {
    return await follow(context, `${path}&follow=true`, 'log', (item) => {
      const record = item as LogRecord;
      if (json) writeJson(terminal, { schema: 'fieldwarden/log@1', ...record });
      else terminal.write(logLine(record, terminal.palette));
    });
  }
  const answer = await client.call<LogList>({ path, schema: 'fieldwarden/logs@1' });
  if (json) writeJson(terminal, answer);
  else if (answer.records.length === 0) terminal.write('Nothing has been logged yet.\n');
  else for (const record of answer.records) terminal.write(logLine(record, terminal.palette));
  return exitCodes.done;
}

function logLine({ timestamp, level, message, driverId }: LogRecord, palette: Palette): string {
  const origin = driverId === undefined ? '' : `[${driverId}] `;
  return `${palette.faint(timeText(timestamp))} ${levelText(level, palette)} ${origin}${printable(message)}\n`;
}

function timeText(timestamp: string): string {
  return Number.isNaN(Date.parse(timestamp)) ? timestamp : dateAndTime(timestamp);
}

function levelText(level: string, palette: Palette): string {
  const text = level.padEnd(5);
  if (level === 'error') return palette.bad(text);
  return level === 'warn' ? palette.warning(text) : text;
}
