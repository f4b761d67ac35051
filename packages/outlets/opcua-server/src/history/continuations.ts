import { randomBytes } from 'node:crypto';

/** Of one session at a time (OPC 10000-4, 7.9: a server may give up the oldest). */
export const maxHistoryContinuationPoints = 64;

/** Where a client's page ended; kept in the server, so that a token says nothing and can't be made up. Holds no values. */
export interface Continuation {
  readonly path: string;
  /** Of the details that it belongs to: another request can't go on with it. */
  readonly request: string;
  readonly cursor: string;
  /** Values that are still wanted where the request has a number of them and one time only. */
  readonly remaining: number | undefined;
}

/** The continuation points of HistoryRead, which end with their session. */
export class Continuations<Session extends object> {
  readonly #bySession = new WeakMap<Session, Map<string, Continuation>>();

  /** The oldest of the session gives way. */
  keep(session: Session, continuation: Continuation): Buffer {
    const kept = this.#of(session);
    if (kept.size >= maxHistoryContinuationPoints) kept.delete(kept.keys().next().value!);
    const token = randomBytes(16);
    kept.set(token.toString('hex'), continuation);
    return token;
  }

  /** Each is used once. */
  take(session: Session, token: Uint8Array): Continuation | undefined {
    const kept = this.#of(session);
    const key = Buffer.from(token).toString('hex');
    const found = kept.get(key);
    kept.delete(key);
    return found;
  }

  #of(session: Session): Map<string, Continuation> {
    let kept = this.#bySession.get(session);
    if (!kept) this.#bySession.set(session, (kept = new Map<string, Continuation>()));
    return kept;
  }
}
