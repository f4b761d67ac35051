import type { Clock, Timer } from '@fieldwarden/core';
import type { AuditEntry } from '@fieldwarden/gateway-contract';

/** Refused acts, and writes that were not sent, that get rows of their own in one period. Further ones are counted, in one row at its end. */
export interface FoldingLimits {
  readonly periodMs: number;
  /** Of one person on one subject. */
  readonly perSubject: number;
  /** Of one person. */
  readonly perUser: number;
  readonly all: number;
}

export const foldingLimits: FoldingLimits = { periodMs: 60_000, perSubject: 3, perUser: 60, all: 300 };

interface Bucket {
  shown: number;
  more: number;
  /** The first one that got no row. */
  like: AuditEntry | undefined;
}

/** Keeps whoever is refused from filling the disk. What was done is never folded. */
export class RefusalFolding implements Disposable {
  readonly #clock: Clock;
  readonly #limits: FoldingLimits;
  readonly #record: (entry: AuditEntry) => void;
  readonly #buckets = new Map<string, Bucket>();
  #timer: Timer | undefined;

  /** `record`: takes the rows that count. */
  constructor(clock: Clock, record: (entry: AuditEntry) => void, limits: FoldingLimits = foldingLimits) {
    this.#clock = clock;
    this.#record = record;
    this.#limits = limits;
  }

  /** Whether this entry gets a row of its own. */
  admit(entry: AuditEntry): boolean {
    const levels = this.#levelsOf(entry);
    if (levels.length === 0) return true;
    this.#timer ??= this.#clock.setTimer(() => this.flush(), this.#limits.periodMs);
    this.#timer.unref();
    const buckets: Bucket[] = [];
    for (const [key, max] of levels) {
      const bucket = this.#bucket(key);
      if (bucket.shown >= max) {
        bucket.more += 1;
        bucket.like ??= entry;
        return false;
      }
      buckets.push(bucket);
    }
    for (const bucket of buckets) bucket.shown += 1;
    return true;
  }

  /** The period ends: what was counted gets its rows. */
  flush(): void {
    this[Symbol.dispose]();
    const counted = [...this.#buckets.values()].filter(({ more }) => more > 0);
    this.#buckets.clear();
    for (const { more, like } of counted) this.#record(rowOfMany(like!, more));
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }

  /** What must have room for it. A write for which a device was not asked is told of each tag: somebody wanted it done. */
  #levelsOf({ user, via, action, subject, outcome }: AuditEntry): readonly (readonly [key: string, max: number])[] {
    if (outcome !== 'refused' && outcome !== 'not-sent') return [];
    const { perSubject, perUser, all } = this.#limits;
    const ofSubject = [JSON.stringify([via, user, action, subject, outcome]), perSubject] as const;
    return outcome === 'not-sent' ? [ofSubject] : [['all', all], [JSON.stringify([via, user]), perUser], ofSubject];
  }

  #bucket(key: string): Bucket {
    let bucket = this.#buckets.get(key);
    if (!bucket) this.#buckets.set(key, (bucket = { shown: 0, more: 0, like: undefined }));
    return bucket;
  }
}

function rowOfMany(like: AuditEntry, more: number): AuditEntry {
  const reason = `${more} more ${like.outcome} like this one within a minute: ${like.reason ?? like.outcome}`;
  return { ...like, before: null, after: { more }, reason };
}
