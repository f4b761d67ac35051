import { AsyncLocalStorage } from 'node:async_hooks';
import type { LogFields, Logger, LogLevel } from '@fieldwarden/core';
import type { LogMessage } from '../messages.js';

interface CallScope {
  readonly fields: LogFields;
  /** False once the call is served: a socket that was opened meanwhile keeps the scope for as long as it lives. */
  open: boolean;
}

const callScope = new AsyncLocalStorage<CallScope>();

/** Serves a call; `fields` (correlationId, capability, device) go with every record made meanwhile. */
export async function inCallScope<T>(fields: LogFields, serve: () => Promise<T>): Promise<T> {
  const scope: CallScope = { fields, open: true };
  try {
    return await callScope.run(scope, serve);
  } finally {
    scope.open = false;
  }
}

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
    const scope = callScope.getStore();
    const merged = { ...(scope?.open && scope.fields), ...this.#fields, ...fields };
    this.#send({ type: 'log', level, message, fields: Object.keys(merged).length > 0 ? merged : undefined });
  }
}
