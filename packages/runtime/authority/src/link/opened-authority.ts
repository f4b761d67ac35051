import type { Clock } from '@fieldwarden/core';
import { closed } from '../authority-errors.js';
import type { ConfigAuthority } from '../config-authority.js';

/** An authority that is opened when it is needed, and again, not too often, after it refused to open. */
export class OpenedAuthority {
  readonly #open: () => Promise<ConfigAuthority>;
  readonly #clock: Clock;
  readonly #reopenMs: number;
  #opening: Promise<ConfigAuthority> | undefined;
  #refusal: { readonly error: unknown; readonly untilMs: number } | undefined;
  #kind: ConfigAuthority['kind'] | null = null;
  #closed = false;

  constructor(open: () => Promise<ConfigAuthority>, clock: Clock, reopenMs: number) {
    this.#open = open;
    this.#clock = clock;
    this.#reopenMs = reopenMs;
  }

  /** Null until it was opened for the first time. */
  get kind(): ConfigAuthority['kind'] | null {
    return this.#kind;
  }

  /** `patient` repeats a recent refusal, `now` tries again. */
  async get(urgency: 'patient' | 'now'): Promise<ConfigAuthority> {
    if (this.#closed) throw closed();
    const refusal = this.#refusal;
    if (urgency === 'patient' && refusal && this.#clock.monotonicMs() < refusal.untilMs) throw refusal.error;
    return await (this.#opening ??= this.#openOnce());
  }

  /** Also one that is being opened. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#opening?.then((authority) => authority.close()).catch(() => undefined);
  }

  async #openOnce(): Promise<ConfigAuthority> {
    try {
      const authority = await this.#open();
      this.#refusal = undefined;
      this.#kind = authority.kind;
      return authority;
    } catch (error) {
      this.#refusal = { error, untilMs: this.#clock.monotonicMs() + this.#reopenMs };
      this.#opening = undefined;
      throw error;
    }
  }
}
