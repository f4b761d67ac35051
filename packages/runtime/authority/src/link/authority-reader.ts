import {
  delay,
  GatewayError,
  isGatewayError,
  messageOf,
  reactions,
  type Clock,
  type Logger,
  type Timer,
} from '@fieldwarden/core';

export interface AuthorityReaderOptions {
  readonly clock: Clock;
  /** 0 ≤ x < 1, for the jitter of retries. */
  readonly random: () => number;
  readonly logger: Logger;
  /** For one attempt. Default: 2,000. */
  readonly readTimeoutMs?: number;
  /** After the first attempt. Default: 3. */
  readonly readRetries?: number;
  /** Before the first retry; doubles. Each is somewhere between half and one and a half of it. Default: 200. */
  readonly retryDelayMs?: number;
  /** From the first read in vain to the warning. Default: 24 h. */
  readonly staleAlarmMs?: number;
  /** Staleness or its alarm has changed. */
  readonly onChange?: () => void;
}

/**
 * How configuration is read (SPEC §7.4): time-out, jittered retries, then what the caller falls back to; and since when nothing
 * could be read. Knows nothing of authorities.
 */
export class AuthorityReader {
  readonly #options: Required<AuthorityReaderOptions>;
  readonly #closing = new AbortController();
  readonly #underWay = new Set<AbortController>();
  #answered = false;
  #staleSinceMs: number | null = null;
  #alarm = false;
  #alarmTimer: Timer | undefined;

  constructor(options: AuthorityReaderOptions) {
    this.#options = {
      readTimeoutMs: 2_000,
      readRetries: 3,
      retryDelayMs: 200,
      staleAlarmMs: 24 * 3_600_000,
      onChange: () => undefined,
      ...options,
    };
  }

  /** From a read in vain until the next one that succeeds. */
  get usingStale(): boolean {
    return this.#staleSinceMs !== null;
  }

  /** ms since 1970 UTC of the first read in vain; null while reads succeed. */
  get staleSinceMs(): number | null {
    return this.#staleSinceMs;
  }

  /** False before the first answer, and from a read in vain until the next that succeeds. */
  get reachable(): boolean {
    return this.#answered && !this.usingStale;
  }

  /** True once nothing could be read for `staleAlarmMs`. */
  get staleAlarm(): boolean {
    return this.#alarm;
  }

  /** What is read, or what `fallback` gives when it cannot be read. Rejects only as `fallback` does. */
  async read<T, F = T>(ask: () => Promise<T>, fallback: () => F | Promise<F>): Promise<T | F> {
    try {
      return await this.attempt(ask);
    } catch {
      return await fallback();
    }
  }

  /** The same without a way out: rejects with the error of the last attempt. */
  async attempt<T>(ask: () => Promise<T>): Promise<T> {
    try {
      const value = await this.#withRetries(ask);
      this.noteSuccess();
      return value;
    } catch (error) {
      // An answer all the same: the authority is there and has refused.
      if (isGatewayError(error) && error.kind === 'rejected') this.noteSuccess();
      else if (!this.#closing.signal.aborted) this.#noteFailure(error);
      throw error;
    }
  }

  /** Also for a write that has succeeded. */
  noteSuccess(): void {
    if (this.reachable) return;
    this.#answered = true;
    if (this.usingStale) this.#options.logger.info('the configuration authority answers again');
    this.#staleSinceMs = null;
    this.#alarm = false;
    this.#alarmTimer?.[Symbol.dispose]();
    this.#options.onChange();
  }

  /** Ends what is under way. */
  close(): void {
    for (const attempt of [...this.#underWay, this.#closing]) attempt.abort(closedError());
    this.#alarmTimer?.[Symbol.dispose]();
  }

  async #withRetries<T>(ask: () => Promise<T>): Promise<T> {
    for (let retry = 0; ; retry++) {
      try {
        return await this.#inTime(ask);
      } catch (error) {
        if (retry >= this.#options.readRetries || !mayRetry(error)) throw error;
        await delay(this.#options.clock, this.#retryDelayMs(retry), this.#closing.signal);
      }
    }
  }

  #retryDelayMs(retry: number): number {
    return this.#options.retryDelayMs * 2 ** retry * (0.5 + this.#options.random());
  }

  async #inTime<T>(ask: () => Promise<T>): Promise<T> {
    const settled = new AbortController();
    this.#underWay.add(settled);
    const limit = delay(this.#options.clock, this.#options.readTimeoutMs, settled.signal).then(() => {
      throw tooSlow(this.#options.readTimeoutMs);
    });
    limit.catch(() => undefined);
    try {
      return await Promise.race([ask(), limit]);
    } finally {
      this.#underWay.delete(settled);
      settled.abort();
    }
  }

  #noteFailure(error: unknown): void {
    if (this.#staleSinceMs !== null) return;
    const { clock, logger, staleAlarmMs, onChange } = this.#options;
    this.#staleSinceMs = clock.wallMs();
    this.#alarmTimer = clock.setTimer(() => this.#raiseAlarm(), staleAlarmMs);
    this.#alarmTimer.unref();
    logger.warn('the configuration authority cannot be read; the gateway goes on with its sealed snapshot', {
      error: messageOf(error),
    });
    onChange();
  }

  #raiseAlarm(): void {
    this.#alarm = true;
    const hours = Math.round(this.#options.staleAlarmMs / 3_600_000);
    this.#options.logger.warn(`the configuration authority has been out of reach for ${hours} h`);
    this.#options.onChange();
  }
}

function mayRetry(error: unknown): boolean {
  return isGatewayError(error) && reactions[error.kind].retry;
}

function tooSlow(timeoutMs: number): GatewayError {
  return new GatewayError({
    code: 'AUTHORITY_UNREACHABLE',
    kind: 'unreachable',
    message: `the configuration authority did not answer within ${timeoutMs} ms`,
  });
}

function closedError(): GatewayError {
  return new GatewayError({
    code: 'AUTHORITY_CLOSED',
    kind: 'cancelled',
    message: 'the gateway is stopping; the configuration authority is not asked any more',
  });
}
