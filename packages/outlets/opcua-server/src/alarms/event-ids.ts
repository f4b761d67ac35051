import { randomUUID } from 'node:crypto';

const separator = '~';

/**
 * The book's id of a state stays while people act on it; each event needs one of its own (OPC 10000-5, 6.4.2). So an event has the state's id,
 * and what tells this event from all others, also those of a server that ran before.
 */
export class EventIds {
  readonly #run = randomUUID().slice(0, 8);
  #events = 0;

  next(state: string): string {
    this.#events += 1;
    return [state, this.#run, this.#events.toString(36)].join(separator);
  }
}

/** The book's id, of one that a client gives back; a text that is none is left as it is. */
export function stateOf(eventId: string): string {
  const parts = eventId.split(separator);
  return parts.length < 3 ? eventId : parts.slice(0, -2).join(separator);
}
