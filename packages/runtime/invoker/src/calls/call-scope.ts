import type { LogFields, Logger, LogLevel } from '@fieldwarden/core';
import type { Capability } from '@fieldwarden/driver';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Exchange } from './history-exchanges.js';

interface CallScope {
  readonly fields: LogFields;
  /** False once the call has settled: a socket that was opened meanwhile keeps the scope for as long as it lives. */
  open: boolean;
}

const callScope = new AsyncLocalStorage<CallScope>();

/**
 * The exchange of a call that a client asked for, in a scope that `ScopedLogger` reads (SPEC §12.2). Scans have no client: they stay as
 * they are and pay nothing.
 */
export function inCallScope<T>(
  correlationId: string | undefined,
  capability: Capability,
  device: string,
  exchange: Exchange<T>,
): Exchange<T> {
  if (correlationId === undefined) return exchange;
  return async (session, call) => {
    const scope: CallScope = { fields: { correlationId, capability, device }, open: true };
    try {
      return await callScope.run(scope, () => exchange(session, call));
    } finally {
      scope.open = false;
    }
  };
}

/** For a session in this process: what it logs while it serves a client's call carries the call's correlationId, capability and device. */
export class ScopedLogger implements Logger {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  debug(message: string, fields?: LogFields): void {
    if (this.#logger.enabled('debug')) this.#logger.debug(message, scoped(fields));
  }

  info(message: string, fields?: LogFields): void {
    this.#logger.info(message, scoped(fields));
  }

  warn(message: string, fields?: LogFields): void {
    this.#logger.warn(message, scoped(fields));
  }

  error(message: string, fields?: LogFields): void {
    this.#logger.error(message, scoped(fields));
  }

  child(fields: LogFields): Logger {
    return new ScopedLogger(this.#logger.child(fields));
  }

  enabled(level: LogLevel): boolean {
    return this.#logger.enabled(level);
  }
}

function scoped(fields: LogFields | undefined): LogFields | undefined {
  const scope = callScope.getStore();
  return scope?.open ? { ...scope.fields, ...fields } : fields;
}
