import { AsyncLocalStorage } from 'node:async_hooks';
import type { LogFields, Logger, LogLevel } from '@fieldwarden/core';
import type { LogMessage } from './messages.js';

/** Fields of the call that is being served: correlationId, capability, device. They go with every record made meanwhile. */
export const callScope = new AsyncLocalStorage<LogFields>();

/** Sends a record, or says that there is no room for it. */
export type LogSink = (message: LogMessage) => void;

/** The Logger of a driver in a Host: its records go over the channel into the gateway's log. */
export class HostLogger implements Logger {
  readonly #send: LogSink;
  readonly #levels: readonly LogLevel[];
  readonly #fields: LogFields | undefined;

  constructor(send: LogSink, levels: readonly LogLevel[], fields?: LogFields) {
    this.#send = send;
    this.#levels = levels;
    this.#fields = fields;
  }

  debug(message: string, fields?: LogFields): void {
    this.#record('debug', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#record('info', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#record('warn', message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#record('error', message, fields);
  }

  child(fields: LogFields): Logger {
    return new HostLogger(this.#send, this.#levels, { ...this.#fields, ...fields });
  }

  enabled(level: LogLevel): boolean {
    return this.#levels.includes(level);
  }

  #record(level: LogLevel, message: string, fields: LogFields | undefined): void {
    if (!this.enabled(level)) return;
    const merged = { ...callScope.getStore(), ...this.#fields, ...fields };
    this.#send({ type: 'log', level, message, fields: Object.keys(merged).length > 0 ? merged : undefined });
  }
}
