import { didYouMean } from '@fieldwarden/core';
import type { LogList } from '@fieldwarden/admin-contract';
import type { LogRecord } from '@fieldwarden/gateway-contract';
import { CliError } from '../cli-error.js';
import type { CommandContext } from '../command-context.js';
import { exitCodes, type ExitCode } from '../exit-code.js';
import { dateAndTime } from '../output/durations.js';
import type { Palette } from '../output/palette.js';
import { printable } from '../output/printable.js';
import { follow } from '../gateway/follow.js';
import { writeJson } from '../terminal.js';
import { driverList } from './drivers/list.js';
import { serviceList, servicePath } from './services/service-calls.js';

export interface LogsOptions {
  readonly lines: number;
  readonly follow: boolean;
}

/** The latest log records of one driver or service, or of the gateway and all. */
export async function logs(context: CommandContext, id: string | undefined, options: LogsOptions): Promise<ExitCode> {
  const { client, json, terminal } = context;
  const path = `${id === undefined ? '' : await subjectPath(context, id)}/logs?lines=${options.lines}`;
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

/** Of the driver of this id, else of the service. */
async function subjectPath(context: CommandContext, id: string): Promise<string> {
  const { drivers } = await driverList(context);
  if (drivers.some((driver) => driver.id === id)) return `/drivers/${encodeURIComponent(id)}`;
  const { services } = await serviceList(context);
  if (services.some((service) => service.id === id)) return servicePath(id);
  throw await unknownSubject(
    id,
    [...drivers, ...services].map((each) => each.id),
  );
}

async function unknownSubject(id: string, known: readonly string[]): Promise<CliError> {
  const meant = didYouMean(id, known);
  return new CliError({
    exitCode: exitCodes.failed,
    code: 'SUBJECT_UNKNOWN',
    message: `No driver and no service has the id ${JSON.stringify(id)}${meant === undefined ? '.' : `; did you mean ${meant}?`}`,
    remedy: 'fieldwarden list and fieldwarden services list name them.',
  });
}

function logLine({ timestamp, level, message, driverId, serviceId }: LogRecord, palette: Palette): string {
  const subject = driverId ?? serviceId;
  const origin = subject === undefined ? '' : `[${subject}] `;
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
