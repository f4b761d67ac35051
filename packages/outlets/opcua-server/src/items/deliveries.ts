import type { DataValue } from 'node-opcua';

/** At a time, so that a change of many tags with many items does not hold up whoever asks something. */
const sliceMs = 10;

/** Values that wait, at most; beyond, they are handed out at once, whatever it takes. */
const maxWaiting = 50_000;

/** Hands values to the monitored items of a tag. */
export interface Receiver {
  deliver(value: DataValue, onError: (error: unknown) => void): void;
}

/** Values on their way to monitored items, in order: none is left out, and in one round of the event loop only some of them. */
export class Deliveries<Node extends Receiver> {
  readonly #onError: (node: Node, error: unknown) => void;
  #waiting: { readonly node: Node; readonly value: DataValue }[] = [];
  /** Of the round that goes on; undefined before anything was delivered in it. */
  #roundStartedAtMs: number | undefined;

  constructor(onError: (node: Node, error: unknown) => void) {
    this.#onError = onError;
  }

  add(node: Node, value: DataValue): void {
    if (this.#waiting.length === 0 && this.#hasTime()) return this.#deliver(node, value);
    this.#waiting.push({ node, value });
    if (this.#waiting.length > maxWaiting) this.#deliverWaiting(() => true);
  }

  #hasTime(): boolean {
    const nowMs = performance.now();
    if (this.#roundStartedAtMs === undefined) {
      this.#roundStartedAtMs = nowMs;
      setImmediate(() => {
        this.#roundStartedAtMs = undefined;
        if (this.#waiting.length > 0) this.#deliverWaiting(() => this.#hasTime());
      });
    }
    return nowMs - this.#roundStartedAtMs < sliceMs;
  }

  #deliverWaiting(goesOn: () => boolean): void {
    let delivered = 0;
    while (delivered < this.#waiting.length && goesOn()) {
      const { node, value } = this.#waiting[delivered];
      delivered += 1;
      this.#deliver(node, value);
    }
    this.#waiting = this.#waiting.slice(delivered);
  }

  #deliver(node: Node, value: DataValue): void {
    node.deliver(value, (error) => this.#onError(node, error));
  }
}
