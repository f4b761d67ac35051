import type { LogRecord } from '@fieldwarden/gateway-contract';
import {
  messageOf,
  nothingSecret,
  systemClock,
  type Clock,
  type LogFields,
  type Logger,
  type LogLevel,
  type Redactor,
} from '@fieldwarden/core';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import winston from 'winston';
import { levelRanks, makeRecord, toConsoleLine, toJsonLine, toTextLine } from './log-record.js';
import { Ring } from './ring.js';
import { RollingFile } from './rolling-file.js';
import { Subscribers } from '../subscribers.js';

export interface LoggingOptions {
  /** Folder of `fieldwarden.log` and `fieldwarden.jsonl`; made when needed. */
  readonly dir: string;
  readonly level: LogLevel;
  /** Also writes `fieldwarden.jsonl`. */
  readonly json: boolean;
  /** Also tells the terminal, in short lines. */
  readonly toConsole: boolean;
  /** Default: standard output. */
  readonly consoleStream?: NodeJS.WritableStream;
  readonly clock?: Clock;
  /** Of every record, before anybody has it. Default: nothing is secret. */
  readonly redactor?: Redactor;
  /** Per file. Default: 10 MiB. */
  readonly maxFileBytes?: number;
  /** Per log, the current file included. Default: 5. */
  readonly maxFiles?: number;
  /** Rolled files not touched for longer are removed. Default: 30 days. */
  readonly maxFileAgeMs?: number;
}

export interface Logging {
  readonly logger: Logger;
  /** The newest `count` records, oldest first; of one driver, or of everything. At most 1,000 each are kept. */
  recent(driverId: string | undefined, count: number): readonly LogRecord[];
  /** The newest `count` records of one service, oldest first. At most 1,000 each are kept. */
  recentOfService(serviceId: string, count: number): readonly LogRecord[];
  /** Called with every record from now on, within the call that logs it. A listener that throws is dropped. */
  subscribe(listener: (record: LogRecord) => void): Disposable;
  /** From the next record on. The JSON file is opened, or closed after what it was given already. */
  configure(settings: { readonly level: LogLevel; readonly json: boolean }): void;
  /** Frees the records of a driver that is no longer configured. */
  forget(driverId: string): void;
  /** Frees the records of a service that is no longer configured. */
  forgetService(serviceId: string): void;
  /** Writes out what waits and closes the files. Later records still reach `recent`, not the files. Never rejects. */
  close(): Promise<void>;
}

/** Records kept in memory per driver and per service, and again for the whole gateway. */
export const recentCapacity = 1_000;

const defaults = { maxFileBytes: 10 * 1024 * 1024, maxFiles: 5, maxFileAgeMs: 30 * 24 * 3_600_000 } as const;

/**
 * The gateway's log: text file, JSON file, terminal and the newest records in memory. Nothing that happens to a file (full
 * disk, missing folder, no permission) throws or stops anything: it is told once to the terminal and costs lines.
 */
export function createLogging(options: LoggingOptions): Logging {
  return new GatewayLogging(options);
}

class GatewayLogging implements Logging {
  readonly logger: Logger;
  readonly #clock: Clock;
  readonly #redactor: Redactor;
  readonly #sink: winston.Logger;
  readonly #options: LoggingOptions;
  readonly #text: RollingFile;
  readonly #all = new Ring<LogRecord>(recentCapacity);
  readonly #byDriver = new Map<string, Ring<LogRecord>>();
  readonly #byService = new Map<string, Ring<LogRecord>>();
  readonly #subscribers = new Subscribers<LogRecord>();
  readonly #consoleStream: NodeJS.WritableStream;
  #json: { readonly file: RollingFile; readonly transport: winston.transport } | undefined;
  /** JSON files that are being closed. */
  readonly #closing = new Set<Promise<void>>();
  #rank: number;
  #closed = false;

  constructor(options: LoggingOptions) {
    this.#clock = options.clock ?? systemClock;
    this.#redactor = options.redactor ?? nothingSecret;
    this.#rank = levelRanks[options.level];
    this.#consoleStream = options.consoleStream ?? process.stdout;
    this.#consoleStream.on('error', ignore); // a closed terminal ends nothing
    this.#options = options;
    this.#text = this.#openFile('fieldwarden.log');
    this.#sink = winston.createLogger({
      levels: { ...levelRanks },
      level: 'debug', // filtered before it comes here
      exitOnError: false,
      transports: [
        transport(toFile(this.#text), toTextLine),
        ...(options.toConsole ? [transport(this.#consoleStream, toConsoleLine)] : []),
      ],
    });
    this.#sink.on('error', ignore);
    this.logger = new BoundLogger(this, {});
    this.configure(options);
  }

  enabled(level: LogLevel): boolean {
    return levelRanks[level] <= this.#rank;
  }

  write(level: LogLevel, message: string, fields: LogFields): void {
    // The message first: a cut may leave a part of a secret.
    const said = makeRecord(level, this.#redactor.redact(message), fields, this.#clock.wallMs());
    const record = this.#redactor.redactValue(said);
    this.#all.add(record);
    if (typeof record.driverId === 'string') ringOf(this.#byDriver, record.driverId).add(record);
    if (typeof record.serviceId === 'string') ringOf(this.#byService, record.serviceId).add(record);
    if (!this.#closed) this.#sink.log({ level, message: '', record });
    this.#subscribers.tell(record);
  }

  recent(driverId: string | undefined, count: number): readonly LogRecord[] {
    const ring = driverId === undefined ? this.#all : this.#byDriver.get(driverId);
    return ring?.last(count) ?? [];
  }

  recentOfService(serviceId: string, count: number): readonly LogRecord[] {
    return this.#byService.get(serviceId)?.last(count) ?? [];
  }

  subscribe(listener: (record: LogRecord) => void): Disposable {
    return this.#subscribers.add(listener);
  }

  configure({ level, json }: { readonly level: LogLevel; readonly json: boolean }): void {
    this.#rank = levelRanks[level];
    if (json && !this.#json) this.#openJson();
    else if (!json && this.#json) this.#closeJson(this.#json);
  }

  forget(driverId: string): void {
    this.#byDriver.delete(driverId);
  }

  forgetService(serviceId: string): void {
    this.#byService.delete(serviceId);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await new Promise<void>((resolve) => {
      this.#sink.once('finish', resolve);
      this.#sink.end();
    });
    await Promise.all([this.#text.close(), this.#json?.file.close(), ...this.#closing]);
    this.#consoleStream.off('error', ignore);
  }

  #openJson(): void {
    const file = this.#openFile('fieldwarden.jsonl');
    this.#json = { file, transport: transport(toFile(file), toJsonLine) };
    this.#sink.add(this.#json.transport);
  }

  #closeJson({ file, transport: json }: { readonly file: RollingFile; readonly transport: winston.transport }): void {
    this.#json = undefined;
    this.#sink.remove(json);
    const closing = file.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  #openFile(name: string): RollingFile {
    const options = this.#options;
    const path = join(options.dir, name);
    return new RollingFile({
      path,
      maxBytes: options.maxFileBytes ?? defaults.maxFileBytes,
      maxFiles: options.maxFiles ?? defaults.maxFiles,
      maxAgeMs: options.maxFileAgeMs ?? defaults.maxFileAgeMs,
      clock: this.#clock,
      onTrouble: (error) => this.#tellTrouble(`log file ${path} cannot be written, trying again: ${messageOf(error)}`),
      onRecovered: (lost) => this.logger.warn('log file is written again', { path, lostLines: lost }),
    });
  }

  /** Past the files, which are the trouble. */
  #tellTrouble(message: string): void {
    const record = makeRecord('error', message, {}, this.#clock.wallMs());
    this.#all.add(record);
    this.#subscribers.tell(record);
    process.stderr.write(`${toConsoleLine(record)}\n`);
  }
}

/** Fields bound once, so that call sites carry only what is theirs. */
class BoundLogger implements Logger {
  readonly #logging: GatewayLogging;
  readonly #fields: LogFields;

  constructor(logging: GatewayLogging, fields: LogFields) {
    this.#logging = logging;
    this.#fields = fields;
  }

  debug(message: string, fields?: LogFields): void {
    this.#log('debug', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#log('info', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#log('warn', message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#log('error', message, fields);
  }

  child(fields: LogFields): Logger {
    return new BoundLogger(this.#logging, { ...this.#fields, ...fields });
  }

  enabled(level: LogLevel): boolean {
    return this.#logging.enabled(level);
  }

  #log(level: LogLevel, message: string, fields: LogFields | undefined): void {
    if (!this.#logging.enabled(level)) return;
    this.#logging.write(level, message, fields ? { ...this.#fields, ...fields } : this.#fields);
  }
}

function ringOf(rings: Map<string, Ring<LogRecord>>, id: string): Ring<LogRecord> {
  let ring = rings.get(id);
  if (ring === undefined) rings.set(id, (ring = new Ring(recentCapacity)));
  return ring;
}

function transport(stream: NodeJS.WritableStream, format: (record: LogRecord) => string) {
  const line = winston.format.printf(({ record }) => format(record as LogRecord));
  // The types give winston's transports a class of their own; at run time it is the one that the logger asks for.
  return new winston.transports.Stream({ stream, format: line, eol: '\n' }) as unknown as winston.transport;
}

function toFile(file: RollingFile): Writable {
  return new Writable({
    decodeStrings: false,
    write: (line: string, _encoding, done) => {
      file.append(line);
      done();
    },
  });
}

function ignore(): void {
  // Nobody is left to be told.
}
