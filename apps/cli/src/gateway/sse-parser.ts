export interface StreamedEvent {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: string;
}

/** Turns the text of a stream of server-sent events (WHATWG HTML, 9.2.6) into events, however it is cut into chunks. */
export class SseParser {
  #rest = '';
  #id: string | undefined;
  #event = '';
  #data: string[] = [];

  /** The events that `chunk` completes. */
  *push(chunk: string): Generator<StreamedEvent> {
    const lines = (this.#rest + chunk).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const event = this.#line(line);
      if (event) yield event;
    }
  }

  #line(line: string): StreamedEvent | undefined {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'data') this.#data.push(value);
    else if (name === 'event') this.#event = value;
    else if (name === 'id') this.#id = value;
    return undefined;
  }

  #dispatch(): StreamedEvent | undefined {
    const complete =
      this.#data.length > 0
        ? { id: this.#id, event: this.#event || 'message', data: this.#data.join('\n') }
        : undefined;
    this.#event = '';
    this.#data = [];
    return complete;
  }
}
