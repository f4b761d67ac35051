/** Times and figures of the last ten minutes, for a curve. */
export interface BacklogCurve {
  /** ISO 8601, of the last point. */
  readonly at: string;
  readonly everyMs: number;
  /** Messages that waited, oldest first. */
  readonly pending: readonly number[];
}

/** A message that the broker has, as people look at it. */
export interface ShownMessage {
  /** When it arrived there; ISO 8601. */
  readonly at: string;
  readonly topic: string;
  readonly bytes: number;
  /** The beginning of the payload; null where that is no text. */
  readonly text: string | null;
}

const keptPoints = 120;
const keptMessages = 15;
const shownCharacters = 160;
/** All of the status has to stay within `maxStatusCharacters`. */
const shownTopicCharacters = 200;

interface KeptMessage {
  readonly atMs: number;
  readonly topic: string;
  readonly payload: Uint8Array;
}

/** What went out last, and how the backlog grew and shrank. */
export class DeliveryTrail {
  #points: number[] = [];
  #lastMs = 0;
  #messages: KeptMessage[] = [];
  #next = 0;

  /** Called for every message: keeps it and no more. */
  acknowledged(topic: string, payload: Uint8Array, atMs: number): void {
    this.#messages[this.#next] = { atMs, topic, payload };
    this.#next = (this.#next + 1) % keptMessages;
  }

  /** A point of the curve; called at equal distances. `nowMs` is wall time. */
  tick(pending: number, nowMs: number): void {
    this.#points = [...this.#points.slice(1 - keptPoints), pending];
    this.#lastMs = nowMs;
  }

  backlog(everyMs: number): BacklogCurve | null {
    if (this.#points.length === 0) return null;
    return { at: new Date(this.#lastMs).toISOString(), everyMs, pending: this.#points };
  }

  /** The newest first. */
  recent(): readonly ShownMessage[] {
    const inOrder = [...this.#messages.slice(this.#next), ...this.#messages.slice(0, this.#next)];
    return inOrder.reverse().map(({ atMs, topic, payload }) => ({
      at: new Date(atMs).toISOString(),
      topic: topic.slice(0, shownTopicCharacters),
      bytes: payload.length,
      text: textOf(payload),
    }));
  }
}

/** Control characters and bytes that are no UTF-8 are shown to nobody. */
function textOf(payload: Uint8Array): string | null {
  // A character has at most 4 bytes: the cut is behind what is shown.
  const text = Buffer.from(payload.subarray(0, shownCharacters * 4))
    .toString('utf8')
    .slice(0, shownCharacters);
  return /[\u0000-\u0008\u000e-\u001f\ufffd]/.test(text) ? null : text;
}
