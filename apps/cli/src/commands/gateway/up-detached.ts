import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync } from 'node:fs';
import { get } from 'node:http';
import { devNull } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { delay, messageOf } from '@fieldwarden/core';
import { announcement, hostOf, runDocument } from '../../announcement.js';
import { CliError } from '../../cli-error.js';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { parseReadyMessage, type StartReport } from '../../gateway/ready-report.js';
import { findingsTable } from '../../report-error.js';
import { writeJson } from '../../terminal.js';
import { tellFile, type UpOptions } from './up.js';

/** From the start of the process until `/livez` answers. */
const startTimeoutMs = 60_000;
const lookEveryMs = 50;
const shownLogLines = 20;

type Ready = Extract<StartReport, { type: 'ready' }>;

/** Starts the gateway in a process of its own, and returns once it lives; or says why it does not. */
export async function upDetached(context: CommandContext, options: UpOptions): Promise<ExitCode> {
  const logFile = prepareLog(context.home);
  const child = start(context, options, logFile);
  try {
    const ready = await within(context, reportOf(child, logFile), logFile);
    await within(context, untilAlive(context, ready, options.bind), logFile);
    release(child);
    announce(context, ready, options.bind);
    return exitCodes.done;
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

/** Its own output, apart from the log: what a process says that cannot log yet, or no more. The one before is kept. */
function prepareLog(home: string): string {
  const file = join(home, 'logs', 'up.log');
  try {
    mkdirSync(join(home, 'logs'), { recursive: true, mode: 0o700 });
    renameIfThere(file, `${file}.1`);
    closeSync(openSync(file, 'w', 0o600));
  } catch (error) {
    if (isOfTheDisk(error)) return devNull; // such a disk keeps no gateway from starting
    throw new CliError({
      exitCode: exitCodes.badConfiguration,
      code: 'HOME_NOT_WRITABLE',
      message: `The home directory ${home} cannot be written: ${messageOf(error)}.`,
      remedy: 'Choose another with --home, or give this user the right to write it.',
    });
  }
  return file;
}

/** Full or read-only, where missing rights are somebody's mistake. */
function isOfTheDisk(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '');
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** glibc keeps freed blocks below a threshold that grows with them; fixed ones give back what only the start needed. */
const returnsMemory = { MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' };

function start({ home, self }: CommandContext, options: UpOptions, logFile: string): ChildProcess {
  const [program, ...first] = self;
  const log = openSync(logFile, 'a');
  try {
    return spawn(program, [...first, ...upArguments(home, options)], {
      detached: true,
      env: { ...returnsMemory, ...process.env },
      stdio: ['ignore', log, log, 'pipe'],
    });
  } finally {
    closeSync(log);
  }
}

function upArguments(home: string, { readyFd: _, ...options }: UpOptions): readonly string[] {
  const handedOn = Object.entries(optionArguments).flatMap(([name, argumentsFor]) => {
    const value = options[name as keyof typeof options];
    return value === undefined ? [] : argumentsFor(value as never);
  });
  return ['up', `--home=${home}`, ...handedOn, '--ready-fd=3'];
}

type HandedOn = Omit<UpOptions, 'readyFd'>;

/** Every option of a start, as it is written for another one. */
const optionArguments: {
  readonly [Name in keyof HandedOn]-?: (value: NonNullable<HandedOn[Name]>) => readonly string[];
} = {
  bind: (address) => [`--bind=${address}`],
  healthPort: (port) => [`--health-port=${port}`],
  adminPort: (port) => [`--admin-port=${port}`],
  servicePorts: (ports) => Object.entries(ports).map(([option, port]) => `--${option}=${port}`),
  plant: (file) => [`--plant=${file}`],
  watch: (isOn) => (isOn ? ['--watch'] : []),
  force: (isOn) => (isOn ? ['--force'] : []),
  driverOption: (list) => list.map(({ driver, name, value }) => `--driver-option=${driver}.${name}=${value}`),
  site: (name) => [`--site=${name}`],
  generation: (number) => [`--generation=${number}`],
  adminHost: (names) => names.map((name) => `--admin-host=${name}`),
  drivers: (folders) => folders.map((folder) => `--drivers=${resolve(folder)}`),
  secrets: (folders) => folders.map((folder) => `--secrets=${resolve(folder)}`),
};

/** Rejects with the reason if the process reports a failure, or ends without a report. */
async function reportOf(child: ChildProcess, logFile: string): Promise<Ready> {
  const ended = once(child, 'exit') as Promise<[code: number | null, signal: string | null]>;
  const report = textOf(child.stdio[3] as Readable);
  const message = parseReadyMessage(await Promise.race([report, ended.then(() => report)]));
  if (message?.type === 'ready') return message;
  const [code, signal] = await ended;
  if (message) throw new CliError(message.error);
  throw endedEarly(code, signal, logFile);
}

async function textOf(stream: Readable): Promise<string> {
  let text = '';
  stream.setEncoding('utf8');
  for await (const chunk of stream) text += chunk as string;
  return text;
}

function endedEarly(code: number | null, signal: string | null, logFile: string): CliError {
  const how = signal === null ? `exit code ${code}` : signal;
  return new CliError({
    exitCode: code || exitCodes.failed,
    code: 'ENDED_EARLY',
    message: `The gateway ended before it was ready (${how}). ${lastLines(logFile)}`,
  });
}

function lastLines(logFile: string): string {
  const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-shownLogLines);
  return lines.join('') === '' ? `It left nothing in ${logFile}.` : `Its last lines:\n${lines.join('\n')}`;
}

async function untilAlive({ clock }: CommandContext, { runFile }: Ready, bind: string): Promise<void> {
  const url = `http://${hostOf(bind)}:${runFile.healthPort}/livez`;
  while ((await statusOf(url)) !== 200) await delay(clock, lookEveryMs);
}

function statusOf(url: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false }, (message) => {
      message.resume();
      resolve(message.statusCode);
    });
    request.on('error', () => resolve(undefined));
    request.setTimeout(1_000, () => request.destroy());
  });
}

async function within<T>({ clock }: CommandContext, work: Promise<T>, logFile: string): Promise<T> {
  const done = new AbortController();
  const late = delay(clock, startTimeoutMs, done.signal).then(() => {
    throw new CliError({
      exitCode: exitCodes.failed,
      code: 'START_TIMEOUT',
      message: `The gateway was not ready within ${startTimeoutMs / 1_000} s. ${lastLines(logFile)}`,
    });
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    done.abort();
  }
}

/** From here on it lives without this process. */
function release(child: ChildProcess): void {
  child.stdio[3]?.destroy();
  child.unref();
}

function announce({ home, json, terminal }: CommandContext, ready: Ready, bind: string): void {
  const { runFile, services, setupToken, warnings } = ready;
  if (json) {
    writeJson(terminal, runDocument(ready));
    return;
  }
  tellFile(terminal, ready.fileDiffers);
  terminal.writeError(findingsTable(warnings, terminal.errorPalette));
  terminal.write(
    announcement({ runFile, services, setupToken: setupToken ?? undefined }, home, bind, terminal.palette),
  );
}
