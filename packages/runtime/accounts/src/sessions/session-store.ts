import { createHash, randomBytes } from 'node:crypto';
import { systemClock, type Clock, type Logger } from '@fieldwarden/core';
import type { Grant, Principal } from '@fieldwarden/gateway-contract';
import { StateFile } from '@fieldwarden/storage';
import { isGrant } from '../store/account.js';

export interface SessionLimits {
  /** Sessions at a time; opening one more ends the one that was not used for longest. */
  readonly maxSessions: number;
  /** Of one person or token; opening one more ends the least used of its own, so that nobody signs out the others. */
  readonly maxOfHolder: number;
  /** A session that is not used for so long ends. An open page is use. */
  readonly idleMs: number;
  /** However much it is used. */
  readonly absoluteMs: number;
}

export const sessionDefaults: SessionLimits = {
  maxSessions: 200,
  maxOfHolder: 20,
  idleMs: 15 * 60_000,
  absoluteMs: 12 * 3_600_000,
};

/** How far the kept time of last use may lag behind, as a part of the idle time-out: that is so much shorter after a restart. */
const keptUsePart = 1 / 5;

/** Who opened a session. */
export interface SessionHolder {
  /** `account`: a local account · `token`: an API token · else the id of the directory that knows him. */
  readonly source: string;
  readonly name: string;
  /** What the directory said; of accounts and tokens it is looked up. */
  readonly principal?: Principal | undefined;
  /** Of a local account: when it was made, which tells it from another of the same name. */
  readonly accountMadeAt?: string | undefined;
  /** When the session ends at the latest, as its provider wants it; ms since 1970 UTC. */
  readonly endsAtMs?: number | undefined;
}

/** One signed-in console. Of its id, which is the cookie, only the hash is kept. */
export interface Session extends SessionHolder {
  readonly sha256: string;
  /** Address from which it was opened. */
  readonly from: string;
  /** ms since 1970 UTC, as the next two. */
  readonly openedAtMs: number;
  readonly usedAtMs: number;
}

interface LiveSession extends Session {
  openedAtMs: number;
  usedAtMs: number;
  keptAtMs: number;
}

export interface SessionStoreOptions {
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly limits?: Partial<SessionLimits>;
}

/** Less is slewing, which changes nothing for a session. */
const stepMs = 1_000;

/**
 * The sessions of consoles: `<home>/sessions.json`, mode 0600, so that a restart of the gateway signs nobody out. The file holds
 * hashes: whoever reads it cannot use it. A file that is damaged costs a new sign-in, nothing else.
 */
export class SessionStore {
  readonly #file: StateFile<readonly Session[]>;
  readonly #clock: Clock;
  #limits: SessionLimits;
  /** By the hash of the id. */
  readonly #sessions = new Map<string, LiveSession>();
  /** Wall clock minus monotonic one, as of the last look. */
  #offsetMs: number;

  private constructor(file: string, { logger, clock = systemClock, limits }: SessionStoreOptions) {
    this.#file = new StateFile({
      path: file,
      what: 'console sessions',
      version: 1,
      parse: parseSessions,
      content: () => ({ sessions: [...this.#sessions.values()].map(({ keptAtMs: _, ...session }) => session) }),
      logger,
    });
    this.#clock = clock;
    this.#offsetMs = clock.wallMs() - clock.monotonicMs();
    this.#limits = { ...sessionDefaults, ...limits };
  }

  static open(file: string, options: SessionStoreOptions): SessionStore {
    const store = new SessionStore(file, options);
    const nowMs = store.#clock.wallMs();
    for (const session of store.#file.read() ?? []) {
      // The clock may have been set back meanwhile: nobody stays in for longer by that.
      const [openedAtMs, usedAtMs] = [session.openedAtMs, session.usedAtMs].map((atMs) => Math.min(atMs, nowMs));
      store.#sessions.set(session.sha256, { ...session, openedAtMs, usedAtMs, keptAtMs: usedAtMs });
    }
    return store;
  }

  /** From now on; what is open already ends by them, too. */
  limit(limits: Partial<SessionLimits>): void {
    this.#limits = { ...this.#limits, ...limits };
  }

  /** Resolves with the id of a new session when it is on disk: 256 random bits, the secret of the cookie. */
  async create(holder: SessionHolder, from: string): Promise<string> {
    this.#endExpired();
    const own = this.#of(holder);
    if (own.length >= this.#limits.maxOfHolder) this.#endLeastUsed(own);
    else if (this.#sessions.size >= this.#limits.maxSessions) this.#endLeastUsed([...this.#sessions.values()]);
    const id = randomBytes(32).toString('base64url');
    const nowMs = this.#nowMs();
    const { source, name, principal, accountMadeAt, endsAtMs } = holder;
    const times = { openedAtMs: nowMs, usedAtMs: nowMs, keptAtMs: nowMs };
    const session = {
      sha256: sha256(id),
      source,
      name,
      ...(principal && { principal }),
      ...(accountMadeAt !== undefined && { accountMadeAt }),
      ...(endsAtMs !== undefined && { endsAtMs }),
      from,
      ...times,
    };
    this.#sessions.set(session.sha256, session);
    await this.#keep();
    return id;
  }

  /** The session with this id, if it still stands; counts as use. */
  use(id: string): Session | undefined {
    const session = this.#sessions.get(sha256(id));
    if (!session) return undefined;
    const nowMs = this.#nowMs();
    if (this.expiresAtMs(session) <= nowMs) {
      this.#sessions.delete(session.sha256);
      void this.#keep();
      return undefined;
    }
    session.usedAtMs = nowMs;
    if (session.usedAtMs - session.keptAtMs >= this.#limits.idleMs * keptUsePart) void this.#keep();
    return session;
  }

  /** How long a session may last at most: the life of its cookie. */
  get longestMs(): number {
    return this.#limits.absoluteMs;
  }

  /** If it is not used again. */
  expiresAtMs({ openedAtMs, usedAtMs, endsAtMs = Infinity }: Session): number {
    return Math.min(openedAtMs + this.#limits.absoluteMs, usedAtMs + this.#limits.idleMs, endsAtMs);
  }

  async end(id: string): Promise<void> {
    if (this.#sessions.delete(sha256(id))) await this.#keep();
  }

  /** Ends the sessions that this person or token opened; tells how many. `except`: the id of the one that stays. */
  async endOf(holder: Pick<SessionHolder, 'source' | 'name'>, except?: string): Promise<number> {
    const stays = except === undefined ? undefined : sha256(except);
    const ended = this.#of(holder).filter((session) => session.sha256 !== stays);
    for (const session of ended) this.#sessions.delete(session.sha256);
    if (ended.length > 0) await this.#keep();
    return ended.length;
  }

  /** By the id under which `list` shows it; the session that it was, if there was one. */
  async endShown(shownId: string): Promise<Session | undefined> {
    const session = this.list().find((other) => shownIdOf(other) === shownId);
    if (session && this.#sessions.delete(session.sha256)) await this.#keep();
    return session;
  }

  /** How many sessions this person or token has open. */
  countOf(holder: Pick<SessionHolder, 'source' | 'name'>): number {
    this.#endExpired();
    return this.#of(holder).length;
  }

  /** Those that are open, in order of opening. */
  list(): readonly Session[] {
    this.#endExpired();
    return [...this.#sessions.values()];
  }

  /** Resolves when what is to be kept is on disk, or failed to get there. Never rejects. */
  async flushed(): Promise<void> {
    await this.#file.flushed();
  }

  #of({ source, name }: Pick<SessionHolder, 'source' | 'name'>): readonly LiveSession[] {
    return [...this.#sessions.values()].filter((session) => session.source === source && session.name === name);
  }

  /** By the wall clock. A step of that clock moves the times of all sessions along: it signs nobody out, and keeps nobody in for longer. */
  #nowMs(): number {
    const nowMs = this.#clock.wallMs();
    const offsetMs = nowMs - this.#clock.monotonicMs();
    const byMs = offsetMs - this.#offsetMs;
    if (Math.abs(byMs) < stepMs) return nowMs;
    this.#offsetMs = offsetMs;
    for (const session of this.#sessions.values()) {
      session.openedAtMs += byMs;
      session.usedAtMs += byMs;
      session.keptAtMs += byMs;
    }
    return nowMs;
  }

  #endExpired(): void {
    const nowMs = this.#nowMs();
    for (const session of this.#sessions.values()) {
      if (this.expiresAtMs(session) <= nowMs) this.#sessions.delete(session.sha256);
    }
  }

  #endLeastUsed(among: readonly Session[]): void {
    const least = among.reduce((a, b) => (b.usedAtMs < a.usedAtMs ? b : a));
    this.#sessions.delete(least.sha256);
  }

  /** Never rejects: a full disk must keep nobody from signing in; it costs the session at the next restart. */
  async #keep(): Promise<void> {
    for (const session of this.#sessions.values()) session.keptAtMs = session.usedAtMs;
    this.#file.write();
    await this.#file.flushed();
  }
}

/** For lists: tells nothing of the id that opens it. */
export function shownIdOf({ sha256: hash }: Session): string {
  return hash.slice(0, 16);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function parseSessions({ sessions }: Readonly<Record<string, unknown>>): readonly Session[] {
  const read = Array.isArray(sessions) ? sessions.map(asNow) : [undefined];
  if (read.every(isSession)) return read;
  throw new TypeError('there is no list of sessions');
}

/** Before there were accounts, all were opened by tokens. */
function asNow(session: unknown): unknown {
  return { source: 'token', from: '', ...(session as object) };
}

function isSession(entry: unknown): entry is Session {
  const session = (entry ?? {}) as Partial<Record<keyof Session, unknown>>;
  const { sha256: hash, source, name, principal, accountMadeAt, endsAtMs, from, openedAtMs, usedAtMs } = session;
  return (
    /^[0-9a-f]{64}$/.test(String(hash)) &&
    [source, name, from].every((text) => typeof text === 'string') &&
    (principal === undefined || isPrincipal(principal)) &&
    (accountMadeAt === undefined || typeof accountMadeAt === 'string') &&
    (endsAtMs === undefined || Number.isFinite(endsAtMs)) &&
    Number.isFinite(openedAtMs) &&
    Number.isFinite(usedAtMs)
  );
}

function isPrincipal(entry: unknown): boolean {
  const { name, grants, proof } = (entry ?? {}) as Partial<Record<keyof Principal, unknown>>;
  const areGrants = Array.isArray(grants) && grants.every((grant: Partial<Grant>) => isGrant(grant.role, grant.areas));
  return typeof name === 'string' && typeof proof === 'string' && areGrants;
}
