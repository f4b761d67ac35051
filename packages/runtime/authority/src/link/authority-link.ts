import { isGatewayError, messageOf, type Timer } from '@fieldwarden/core';
import { closed } from '../authority-errors.js';
import type {
  Author,
  ConfigAuthority,
  Generation,
  GenerationSummary,
  PublishCommand,
  SiteAuthority,
  StoredDraft,
} from '../config-authority.js';
import { AuthorityReader, type AuthorityReaderOptions } from './authority-reader.js';
import { compareGenerations, type Held, type LocalGeneration } from './held.js';
import { OpenedAuthority } from './opened-authority.js';

export interface AuthorityLinkOptions extends Omit<AuthorityReaderOptions, 'onChange'> {
  readonly site: string;
  /** Usually `() => openAuthority(…)`. Called again after it has rejected: a damaged store may be replaced while the gateway runs. */
  readonly open: () => Promise<ConfigAuthority>;
  /** From the end of one look to the beginning of the next, ±10 %. Default: 5,000. */
  readonly pollMs?: number;
  /** Between two attempts to open a store that refused to open. Default: 30,000. */
  readonly reopenMs?: number;
}

/** Who runs what is published: the generations of this gateway. */
export interface AuthorityFollower {
  /** The newest generation that this gateway has sealed; undefined if none. */
  readonly running: LocalGeneration | undefined;
  /**
   * Somebody else has published, or this gateway's own publish of which it did not hear the end. Called again at later looks while
   * `running` stays behind, and never while an earlier call is under way. Adopting is up to the follower.
   */
  follow(published: GenerationSummary): Promise<void>;
}

/** How the configuration's authority stands, for status, health and console. */
export interface AuthorityState {
  /** Null until it was opened for the first time. */
  readonly kind: ConfigAuthority['kind'] | null;
  readonly reachable: boolean;
  readonly usingStale: boolean;
  /** ms since 1970 UTC; null while it answers. */
  readonly staleSinceMs: number | null;
  readonly staleAlarm: boolean;
  /** The newest generation that the authority told of; null before the first, or if it knows none. */
  readonly published: GenerationSummary | null;
  readonly held: Held | null;
}

/**
 * A gateway's link to its authority (SPEC §7.4). Reads are patient and tell whether they are stale; writes go straight through and fail
 * at once; and it looks every few seconds whether somebody else has published, or whether the authority went back behind what is
 * sealed here. It reports, and adopts nothing by itself.
 */
export class AuthorityLink {
  readonly #options: Required<Pick<AuthorityLinkOptions, 'pollMs'>> & AuthorityLinkOptions;
  readonly #reader: AuthorityReader;
  readonly #opened: OpenedAuthority;
  readonly #listeners = new Set<(state: AuthorityState) => void>();
  #follower: AuthorityFollower | undefined;
  #published: GenerationSummary | null = null;
  #held: Held | null = null;
  /** What this link published itself: no news when it is seen. */
  #own: LocalGeneration | undefined;
  #writes = 0;
  #writing = 0;
  #adopting = false;
  #look: Promise<void> | undefined;
  #timer: Timer | undefined;
  #closed = false;

  constructor(options: AuthorityLinkOptions) {
    this.#options = { pollMs: 5_000, ...options };
    this.#reader = new AuthorityReader({ ...options, onChange: () => this.#changed() });
    this.#opened = new OpenedAuthority(options.open, options.clock, options.reopenMs ?? 30_000);
  }

  get state(): AuthorityState {
    const { usingStale, staleSinceMs, staleAlarm } = this.#reader;
    return {
      kind: this.#opened.kind,
      reachable: this.reachable,
      usingStale,
      staleSinceMs,
      staleAlarm,
      published: this.#published,
      held: this.#held,
    };
  }

  /** False before the first answer, and from a read in vain until the next that succeeds. */
  get reachable(): boolean {
    return this.#reader.reachable;
  }

  get usingStale(): boolean {
    return this.#reader.usingStale;
  }

  get staleSinceMs(): number | null {
    return this.#reader.staleSinceMs;
  }

  /** Called when the authority is lost, comes back, or tells another story. */
  onChange(listener: (state: AuthorityState) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** From now on every look is compared with what `follower` runs, and it is told of what is newer. Once. */
  followedBy(follower: AuthorityFollower): void {
    this.#follower = follower;
  }

  /**
   * Looks now, and then every `pollMs`, until it is closed. Resolves after the first look, whatever came of it; with a server that is silent
   * that takes as long as four attempts, so whoever can start without it need not wait.
   */
  async start(): Promise<void> {
    await this.look();
    this.#schedule();
  }

  /** Compares with the authority once. Never rejects. */
  look(): Promise<void> {
    return (this.#look ??= this.#lookOnce().finally(() => (this.#look = undefined)));
  }

  /** Rejects, after retries, when the authority is away. */
  current(): Promise<Generation | undefined> {
    return this.read((site) => site.current());
  }

  /** Any read: with time-out and retries; rejects when the authority is away. */
  async read<T>(ask: (site: SiteAuthority) => Promise<T>): Promise<T> {
    return await this.#reader.attempt(async () => await ask(await this.#site('patient')));
  }

  /** The same; when the authority is away, what `fallback` gives. */
  async readOr<T, F = T>(ask: (site: SiteAuthority) => Promise<T>, fallback: () => F | Promise<F>): Promise<T | F> {
    return await this.#reader.read(async () => await ask(await this.#site('patient')), fallback);
  }

  /** Above what is sealed here, also if the authority went back. Rejects as `SiteAuthority.publish` does, at once. */
  async publish(command: PublishCommand, seal: (generation: Generation) => Promise<void>): Promise<Generation> {
    const above = Math.max(command.above ?? 0, this.#follower?.running?.generation ?? 0);
    return await this.#write(async (site) => {
      const generation = await site.publish({ ...command, above }, seal);
      this.#own = { generation: generation.generation, sha256: generation.sha256 };
      this.#seen(generation, null);
      return generation;
    });
  }

  saveDraft(text: string, options: { readonly expectedRevision?: number; readonly by: Author }): Promise<StoredDraft> {
    return this.#write((site) => site.saveDraft(text, options));
  }

  discardDraft(by: Author): Promise<StoredDraft> {
    return this.#write((site) => site.discardDraft(by));
  }

  recordAudit(row: Parameters<SiteAuthority['recordAudit']>[0]): Promise<void> {
    return this.#write((site) => site.recordAudit(row));
  }

  /** Resolves when nothing of it is open any more. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.[Symbol.dispose]();
    this.#reader.close();
    await this.#opened.close();
    await this.#look;
  }

  /** No time-out and no retry of its own: the authority has its own. What it answers is news about the authority, too. */
  async #write<T>(ask: (site: SiteAuthority) => Promise<T>): Promise<T> {
    this.#writes++;
    this.#writing++;
    try {
      const result = await ask(await this.#site('now'));
      this.#reader.noteSuccess();
      return result;
    } catch (error) {
      if (isGatewayError(error) && error.kind === 'unreachable') this.#lookSoon();
      throw error;
    } finally {
      this.#writing--;
    }
  }

  async #site(urgency: 'patient' | 'now'): Promise<SiteAuthority> {
    if (this.#closed) throw closed();
    return (await this.#opened.get(urgency)).site(this.#options.site);
  }

  async #lookOnce(): Promise<void> {
    if (this.#closed || this.#writing > 0) return;
    const writesBefore = this.#writes;
    try {
      const published = await this.read((site) => site.currentSummary());
      // What was read before a write of ours tells nothing any more.
      if (!this.#closed && this.#writes === writesBefore) this.#compare(published);
    } catch {
      // The reader has said it already.
    }
  }

  #compare(published: GenerationSummary | undefined): void {
    const comparison = compareGenerations(this.#newestHere(), published);
    this.#seen(published ?? null, comparison.kind === 'held' ? comparison.held : null);
    if (comparison.kind === 'newer') this.#tell(comparison.published);
  }

  #newestHere(): LocalGeneration | undefined {
    const local = this.#follower?.running;
    return this.#own && this.#own.generation > (local?.generation ?? 0) ? this.#own : local;
  }

  #seen(published: GenerationSummary | null, held: Held | null): void {
    const before = this.state;
    this.#published = published === null ? null : withoutDocument(published);
    this.#held = held;
    if (held !== null && held.reason !== before.held?.reason) this.#options.logger.warn(held.reason);
    const same = held?.reason === before.held?.reason && this.#published?.generation === before.published?.generation;
    if (!same || this.#published?.sha256 !== before.published?.sha256) this.#changed();
  }

  #tell(published: GenerationSummary): void {
    if (this.#adopting || !this.#follower) return;
    this.#adopting = true;
    const { logger } = this.#options;
    this.#follower
      .follow(published)
      .catch((error: unknown) =>
        logger.warn(`generation ${published.generation} was published elsewhere and could not be adopted`, {
          error: messageOf(error),
        }),
      )
      .finally(() => (this.#adopting = false));
  }

  #lookSoon(): void {
    this.#schedule(0);
  }

  #schedule(delayMs = this.#options.pollMs * (0.9 + 0.2 * this.#options.random())): void {
    if (this.#closed) return;
    this.#timer?.[Symbol.dispose]();
    this.#timer = this.#options.clock.setTimer(() => void this.look().then(() => this.#schedule()), delayMs);
    this.#timer.unref();
  }

  #changed(): void {
    if (!this.#closed) for (const listener of this.#listeners) listener(this.state);
  }
}

function withoutDocument(summary: GenerationSummary & { readonly document?: unknown }): GenerationSummary {
  const { document: _document, ...rest } = summary;
  return rest;
}
