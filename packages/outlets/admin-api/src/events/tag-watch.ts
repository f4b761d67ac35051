import type { TagValueShape, WatchedValue } from '@fieldwarden/admin-contract';
import type { EventStream } from './event-stream.js';
import type { GatewayControl } from '../control/gateway-control.js';

/**
 * Sends tag values to one client: every change while it keeps up, the latest of each tag while it does not, so that what
 * waits for it is bounded by the number of its tags.
 */
export class TagWatch {
  readonly #stream: EventStream;
  readonly #waiting = new Map<string, TagValueShape>();

  constructor(stream: EventStream) {
    this.#stream = stream;
  }

  /** The present values first; then changes until the client goes. */
  begin(control: GatewayControl, paths: readonly string[]): void {
    for (const path of paths) {
      const row = control.tagValue(path);
      if (row) this.#push(row);
    }
    const subscription = control.watchTags(paths, (value) => this.#push(value));
    this.#stream.onClose(() => subscription[Symbol.dispose]());
    this.#stream.onDrain(() => this.#flush());
  }

  #push(value: TagValueShape): void {
    if (this.#stream.behind) this.#waiting.set(value.path, value);
    else this.#send(value);
  }

  #flush(): void {
    const values = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const value of values) this.#push(value);
  }

  #send({ path, value, status, statusCode, sourceAt, serverAt }: TagValueShape): void {
    const data: WatchedValue = {
      schema: 'fieldwarden/tag-value@1',
      path,
      value,
      status,
      statusCode,
      sourceAt,
      serverAt,
    };
    this.#stream.send({ event: 'value', data });
  }
}
