import { dropReasons, type DropReason, type TopicState } from '../outbox-state.js';
import type { TopicRecord } from '../records/topic-record.js';

/** A topic and its counters, as they are now. */
export class Topic {
  readonly number: number;
  readonly name: string;
  readonly nameBytes: number;
  appended = 0;
  acknowledged = 0;
  pending = 0;
  /** Of those that are pending: not in the file yet. */
  waiting = 0;
  /** Its name stands in the file. */
  isNamed = false;
  #dropped: number[] | undefined;

  constructor(number: number, name: string) {
    this.number = number;
    this.name = name;
    this.nameBytes = Buffer.byteLength(name);
  }

  dropped(): readonly number[] {
    return this.#dropped ?? noDrops;
  }

  get droppedInAll(): number {
    return this.#dropped?.reduce((sum, count) => sum + count, 0) ?? 0;
  }

  /** Undefined: it was acknowledged. */
  count(reason: DropReason | undefined, messages = 1): void {
    if (reason === undefined) this.acknowledged += messages;
    else (this.#dropped ??= [...noDrops])[dropReasons.indexOf(reason)] += messages;
  }

  /** That fits the messages in the file. */
  toRecord(): TopicRecord {
    const { name, acknowledged } = this;
    return { name, appended: this.appended - this.waiting, acknowledged, dropped: this.dropped() };
  }

  takeOver(record: TopicRecord): void {
    this.appended = record.appended;
    this.acknowledged = record.acknowledged;
    if (record.dropped.some((count) => count > 0)) this.#dropped = [...record.dropped];
  }

  toState(): TopicState {
    const counted = dropReasons.flatMap((reason, index) => {
      const count = this.dropped()[index];
      return count > 0 ? [[reason, count] as const] : [];
    });
    const { name, pending, appended, acknowledged } = this;
    return { topic: name, pending, appended, acknowledged, dropped: Object.fromEntries(counted) };
  }
}

const noDrops: readonly number[] = dropReasons.map(() => 0);

/** More are kept only while messages of so many are pending. */
const maxTopics = 200_000;

/** The topics of an outbox. */
export class TopicBook {
  readonly #byName = new Map<string, Topic>();
  readonly #byNumber = new Map<number, Topic>();
  #nextNumber = 1;
  #forgetAt = maxTopics;

  get(name: string): Topic | undefined {
    return this.#byName.get(name);
  }

  numbered(number: number): Topic | undefined {
    return this.#byNumber.get(number);
  }

  all(): Iterable<Topic> {
    return this.#byNumber.values();
  }

  get size(): number {
    return this.#byNumber.size;
  }

  /** Makes it where there is none; `forgotten` is told of those that give way to it. */
  ofName(name: string, forgotten: (topic: Topic) => void): Topic {
    const known = this.#byName.get(name);
    if (known) return known;
    if (this.size >= this.#forgetAt) this.#forgetOldest(forgotten);
    return this.#add(new Topic(this.#nextNumber, name));
  }

  forget(topic: Topic): void {
    this.#byName.delete(topic.name);
    this.#byNumber.delete(topic.number);
  }

  /** From the file. The first of two records for a number says the name. */
  restore(number: number, name: string): Topic {
    return this.#byNumber.get(number) ?? this.#add(new Topic(number, name));
  }

  /** Most pending first, then most dropped, then by name. */
  first(limit: number): readonly TopicState[] {
    // One comparison for most: of 100,000 topics this is asked for every few seconds, beside the scans.
    const best: Topic[] = [];
    if (limit === 0) return [];
    for (const topic of this.all()) {
      if (best.length >= limit && byWeight(topic, best[limit - 1]) >= 0) continue;
      best.splice(placeOf(topic, best), 0, topic);
      if (best.length > limit) best.pop();
    }
    return best.map((topic) => topic.toState());
  }

  #add(topic: Topic): Topic {
    this.#byName.set(topic.name, topic);
    this.#byNumber.set(topic.number, topic);
    this.#nextNumber = Math.max(this.#nextNumber, topic.number + 1);
    return topic;
  }

  /** A tenth of them, the oldest without a message that is pending. */
  #forgetOldest(forgotten: (topic: Topic) => void): void {
    let left = maxTopics / 10;
    for (const topic of this.all()) {
      if (left === 0) break;
      if (topic.pending > 0) continue;
      left -= 1;
      this.forget(topic);
      forgotten(topic);
    }
    this.#forgetAt = Math.max(maxTopics, this.size + maxTopics / 10);
  }
}

/** In a list by weight: behind those that have as much. */
function placeOf(topic: Topic, sorted: readonly Topic[]): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (byWeight(sorted[middle], topic) <= 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

function byWeight(a: Topic, b: Topic): number {
  return b.pending - a.pending || b.droppedInAll - a.droppedInAll || (a.name < b.name ? -1 : 1);
}
