import { setImmediate as nextTurn } from 'node:timers/promises';
import { delay, messageOf, type Clock, type Logger, type Redactor } from '@fieldwarden/core';
import type { AuditEntry, AuditTrail } from '@fieldwarden/gateway-contract';
import { AuditWriter } from './audit-writer.js';
import type { ChainPosition } from './chain/audit-row.js';
import { ownEntry } from './own-entry.js';
import { readPage, type AuditPage, type AuditPageQuery } from './reading/audit-page.js';
import { verifySegments, type AuditVerification } from './reading/verify-audit.js';
import { RefusalFolding } from './refusal-folding.js';
import { retention, type Retention } from './retention.js';

export interface AuditLogOptions {
  /** The home directory. */
  readonly folder: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Of all that is written. */
  readonly redactor: Redactor;
  /** Does what writes; where the disk is full, once more with the room that is held for it. */
  readonly keeping?: (write: () => Promise<void>) => Promise<void>;
  readonly retention?: Partial<Retention>;
}

/** What somebody has to look at, in words; undefined: nothing of the kind. */
export interface AuditTroubles {
  /** Rows that cannot be written. */
  readonly notWritten: string | undefined;
  /** Rows that are not as they were written. */
  readonly damaged: string | undefined;
}

/** Between two pieces of 64 kB of a check that nobody waits for: a tenth of a core. */
const gentlePauseMs = 5;

/**
 * The audit (SPEC §13.4): rows in `audit.log`, each with the hash of the one before, appended and never changed. Whoever records waits for
 * nothing; `settled` says when it is on disk.
 */
export class AuditLog implements AuditTrail, AsyncDisposable {
  readonly #options: AuditLogOptions;
  readonly #writer: AuditWriter;
  readonly #folding: RefusalFolding;
  #notWritten: string | undefined;
  #damaged: string | undefined;
  #verifying: Promise<AuditVerification> | undefined;
  #listener: (troubles: AuditTroubles) => void = () => undefined;
  #isStarted = false;
  #isClosed = false;
  readonly #closing = new AbortController();

  constructor(options: AuditLogOptions) {
    this.#options = options;
    this.#writer = new AuditWriter({
      ...options,
      retention: { ...retention, ...options.retention },
      onTrouble: (trouble) => this.#troubled(trouble),
      onDamage: (damage) => this.#found(damage),
    });
    this.#folding = new RefusalFolding(options.clock, (entry) => this.#writer.take(entry));
  }

  /** For one listener, which hears at once how it is. */
  onTrouble(listener: (troubles: AuditTroubles) => void): void {
    this.#listener = listener;
    this.#tell();
  }

  record(entry: AuditEntry): void {
    if (this.#isClosed) return;
    try {
      if (this.#folding.admit(entry)) this.#writer.take(entry);
    } catch (error) {
      this.#options.logger.error('a row of the audit could not be made', { error: messageOf(error) });
    }
  }

  /** The gateway starts: takes the chain up, says by a row how the last run ended, and looks through what is there in the background. Never rejects. */
  async start(about: Readonly<Record<string, unknown>>): Promise<void> {
    const { logger, clock } = this.#options;
    await this.#writer.open();
    const last = this.#writer.lastRow;
    const wasKilled = last !== undefined && !(last.action === 'stop' && last.user === 'gateway');
    const before = last && { seq: last.seq, at: last.at, action: last.action };
    const reason = wasKilled ? 'the run before did not end by itself: it was killed, or the power failed' : undefined;
    this.record(ownEntry({ action: 'start', subject: 'gateway', before, after: about, outcome: 'done', reason }));
    const behindMs = last === undefined ? 0 : Date.parse(last.at) - clock.wallMs();
    if (behindMs > 1_000) {
      const clockReason = `the clock is ${Math.round(behindMs / 1_000)} s behind the last row of the run before`;
      this.record(ownEntry({ action: 'clock', subject: 'system clock', before: last?.at, outcome: 'done', reason: clockReason })); // prettier-ignore
    }
    this.#isStarted = true;
    const { signal } = this.#closing;
    void this.#verifyOnce(async () => await delay(clock, gentlePauseMs, signal)).catch((error: unknown) => {
      if (!signal.aborted) logger.warn('the audit could not be looked through', { error: messageOf(error) });
    });
  }

  /** Resolves when all that was recorded so far is on disk. Rejects when the disk does not take it now; it is tried again. */
  async settled(): Promise<void> {
    await this.#writer.settled();
  }

  /** The disk may take files again. Never rejects. */
  async retry(): Promise<void> {
    await this.#writer.retry();
  }

  /** The last row that is on disk. */
  get head(): ChainPosition {
    return this.#writer.head;
  }

  /** With all that was recorded so far. Rejects with `AUDIT_CURSOR`, or what the file system says. */
  async page(query: AuditPageQuery): Promise<AuditPage> {
    await this.#writer.settled().catch(() => undefined);
    const { segments, currentBytes } = await this.#writer.snapshot();
    await using _open = segments;
    return await readPage({ segments, currentBytes, pause: async () => await nextTurn() }, query);
  }

  /** Reads all of it, a little at a time. Who asks meanwhile gets the same answer. Rejects with what the file system says. */
  async verify(): Promise<AuditVerification> {
    return await this.#verifyOnce(async () => await nextTurn());
  }

  /** What was started has the planned end as its last row. Never rejects. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#folding.flush();
    if (this.#isStarted) this.record(ownEntry({ action: 'stop', subject: 'gateway', outcome: 'done' }));
    this.#isClosed = true;
    this.#closing.abort();
    await this.#verifying?.catch(() => undefined);
    await this.#writer.settled().catch((error: unknown) => {
      this.#options.logger.error('the last rows of the audit could not be written', { error: messageOf(error) });
    });
    await this.#writer.close();
  }

  #verifyOnce(pause: () => Promise<void>): Promise<AuditVerification> {
    return (this.#verifying ??= this.#verify(pause).finally(() => (this.#verifying = undefined)));
  }

  async #verify(pause: () => Promise<void>): Promise<AuditVerification> {
    await this.#writer.settled().catch(() => undefined);
    const { segments, head: known, currentBytes } = await this.#writer.snapshot();
    await using _open = segments;
    const verification = await verifySegments(segments, { known, currentBytes, pause });
    if (!verification.ok && this.#damaged === undefined) {
      const reason = verification.message;
      this.record(ownEntry({ action: 'audit', subject: 'audit.log', outcome: 'failed', reason }));
    }
    if (verification.ok) this.#mended();
    else this.#found(verification.message);
    return verification;
  }

  #troubled(trouble: string | undefined): void {
    const { logger } = this.#options;
    if (trouble === undefined) logger.info('the audit is written again');
    else logger.error(trouble);
    this.#notWritten = trouble;
    this.#tell();
  }

  #found(damage: string): void {
    if (damage === this.#damaged) return;
    this.#options.logger.error(damage);
    this.#damaged = damage;
    this.#tell();
  }

  #mended(): void {
    if (this.#damaged === undefined) return;
    this.#damaged = undefined;
    this.#tell();
  }

  #tell(): void {
    this.#listener({ notWritten: this.#notWritten, damaged: this.#damaged });
  }
}
