import { createHash, createHmac, randomBytes } from 'node:crypto';
import { systemClock, type Clock, type Logger } from '@fieldwarden/core';
import { StateFile } from '@fieldwarden/storage';

export interface SessionLimits {
  /** Sessions at a time; opening one more ends the one that was not used for longest. */
  readonly maxSessions: number;
  /** Of one token; opening one more ends the least used of its own, so that no token signs out the others. */
  readonly maxOfToken: number;
  /** A session that is not used for so long ends. An open page is use. */
  readonly idleMs: number;
  /** However much it is used. */
  readonly absoluteMs: number;
}

export const sessionDefaults: SessionLimits = {
  maxSessions: 100,
  maxOfToken: 20,
  idleMs: 12 * 3_600_000,
  absoluteMs: 7 * 86_400_000,
};

/** How far the kept time of last use may lag behind: the idle time-out is that much shorter after a restart. */
const keptUseMs = 5 * 60_000;

/** One signed-in console. Of its id, which is the cookie, only the hash is kept. */
export interface Session {
  readonly sha256: string;
  /** Of the token that opened it. */
  readonly name: string;
  /** ms since 1970 UTC, as the next two. */
  readonly openedAtMs: number;
  readonly usedAtMs: number;
}

interface LiveSession extends Session {
  usedAtMs: number;
  keptAtMs: number;
}

export interface SessionStoreOptions {
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly limits?: Partial<SessionLimits>;
}

/**
 * The sessions of consoles: `<home>/sessions.json`, mode 0600, so that a restart of the gateway signs nobody out. The file holds
 * hashes: whoever reads it cannot use it. A file that is damaged costs a new sign-in, nothing else.
 */
export class SessionStore {
  readonly #file: StateFile<readonly Session[]>;
  readonly #clock: Clock;
  readonly #limits: SessionLimits;
  /** By the hash of the id. */
  readonly #sessions = new Map<string, LiveSession>();

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
    this.#limits = { ...sessionDefaults, ...limits };
  }

  static open(file: string, options: SessionStoreOptions): SessionStore {
    const store = new SessionStore(file, options);
    for (const session of store.#file.read() ?? []) {
      store.#sessions.set(session.sha256, { ...session, keptAtMs: session.usedAtMs });
    }
    return store;
  }

  /** Resolves with the id of a new session when it is on disk: 256 random bits, the secret of the cookie. */
  async create(name: string): Promise<string> {
    this.#endExpired();
    const own = [...this.#sessions.values()].filter((session) => session.name === name);
    if (own.length >= this.#limits.maxOfToken) this.#endLeastUsed(own);
    else if (this.#sessions.size >= this.#limits.maxSessions) this.#endLeastUsed([...this.#sessions.values()]);
    const id = randomBytes(32).toString('base64url');
    const nowMs = this.#clock.wallMs();
    const session = { sha256: sha256(id), name, openedAtMs: nowMs, usedAtMs: nowMs, keptAtMs: nowMs };
    this.#sessions.set(session.sha256, session);
    await this.#keep();
    return id;
  }

  /** The session with this id, if it still stands; counts as use. */
  use(id: string): Session | undefined {
    const session = this.#sessions.get(sha256(id));
    if (!session) return undefined;
    if (this.expiresAtMs(session) <= this.#clock.wallMs()) {
      this.#sessions.delete(session.sha256);
      void this.#keep();
      return undefined;
    }
    session.usedAtMs = this.#clock.wallMs();
    if (session.usedAtMs - session.keptAtMs >= keptUseMs) void this.#keep();
    return session;
  }

  /** How long a session may last at most: the life of its cookie. */
  get longestMs(): number {
    return this.#limits.absoluteMs;
  }

  /** If it is not used again. */
  expiresAtMs({ openedAtMs, usedAtMs }: Session): number {
    return Math.min(openedAtMs + this.#limits.absoluteMs, usedAtMs + this.#limits.idleMs);
  }

  async end(id: string): Promise<void> {
    if (this.#sessions.delete(sha256(id))) await this.#keep();
  }

  /** Ends the sessions that this token opened; tells how many. */
  async endOf(name: string): Promise<number> {
    const ended = [...this.#sessions.values()].filter((session) => session.name === name);
    for (const session of ended) this.#sessions.delete(session.sha256);
    if (ended.length > 0) await this.#keep();
    return ended.length;
  }

  /** How many sessions this token has open. */
  countOf(name: string): number {
    this.#endExpired();
    return [...this.#sessions.values()].filter((session) => session.name === name).length;
  }

  /** Resolves when what is to be kept is on disk, or failed to get there. Never rejects. */
  async flushed(): Promise<void> {
    await this.#file.flushed();
  }

  #endExpired(): void {
    const nowMs = this.#clock.wallMs();
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

/** Whoever knows the id can compute it, nobody else: the page gets it in an answer that no other site can read. */
export function csrfTokenOf(sessionId: string): string {
  return createHmac('sha256', sessionId).update('csrf').digest('base64url');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function parseSessions({ sessions }: Readonly<Record<string, unknown>>): readonly Session[] {
  if (Array.isArray(sessions) && sessions.every(isSession)) return sessions;
  throw new TypeError('there is no list of sessions');
}

function isSession(entry: unknown): entry is Session {
  const { sha256: hash, name, openedAtMs, usedAtMs } = (entry ?? {}) as Partial<Record<keyof Session, unknown>>;
  return (
    /^[0-9a-f]{64}$/.test(String(hash)) &&
    typeof name === 'string' &&
    Number.isFinite(openedAtMs) &&
    Number.isFinite(usedAtMs)
  );
}
