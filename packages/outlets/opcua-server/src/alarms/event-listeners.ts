import type { EventEmitter } from 'node:events';
import { makeNodeId, type IAddressSpace, type NodeId } from 'node-opcua';

export type EventListener = (event: unknown) => void;

/** Of the library's own events, those that open and close a refresh (OPC 10000-9, 5.5.7). */
const refreshStartId = 2787;
const refreshEndId = 2788;

/** A member of the library's events. */
interface TypedEvent {
  readonly eventType?: { readonly value?: unknown };
}

/** Tags by which the gateway tells of itself have no alarms. */
const systemFolder = /^_system(?:\/|$)/;

/**
 * Who hears of alarms: event items of the Server object, which hear of all of them, and of folders, which hear of their area. A listener that
 * fails keeps nobody else from hearing, and never ends the process.
 */
export class EventListeners {
  readonly addressSpace: IAddressSpace;
  readonly #server: EventEmitter;
  readonly #ofFolders = new Map<string, Set<EventListener>>();
  readonly #onError: (error: unknown) => void;

  constructor(addressSpace: IAddressSpace, onError: (error: unknown) => void) {
    this.addressSpace = addressSpace;
    this.#server = addressSpace.rootFolder.objects.server as unknown as EventEmitter;
    this.#onError = onError;
    // Who asks for a refresh by an item of a folder sees where it begins and ends as well.
    this.#server.on('event', (event: unknown) => {
      if (!isRefreshBracket(event)) return;
      for (const listeners of this.#ofFolders.values()) this.#tellAll(listeners, event);
    });
  }

  /** Whether events of this folder can be subscribed: alarms may come in any area of the plant. */
  isNotifier(folder: string): boolean {
    return !systemFolder.test(folder);
  }

  /** Somebody beside this class listens. */
  get isHeard(): boolean {
    return this.#ofFolders.size > 0 || this.#server.listenerCount('event') > 1;
  }

  add(folder: string, listener: EventListener): void {
    const listeners = this.#ofFolders.get(folder) ?? new Set();
    this.#ofFolders.set(folder, listeners.add(listener));
  }

  remove(folder: string, listener: EventListener): void {
    const listeners = this.#ofFolders.get(folder);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.#ofFolders.delete(folder);
  }

  /** `folders`: that the event is of, with all above them. */
  tell(event: unknown, folders: Iterable<string>): void {
    this.#tellAll(this.#server.listeners('event') as EventListener[], event);
    for (const folder of folders) {
      const listeners = this.#ofFolders.get(folder);
      if (listeners) this.#tellAll(listeners, event);
    }
  }

  #tellAll(listeners: Iterable<EventListener>, event: unknown): void {
    for (const listener of [...listeners]) {
      try {
        listener(event);
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}

function isRefreshBracket(event: unknown): boolean {
  const type = (event as TypedEvent).eventType?.value as NodeId | undefined;
  return type?.namespace === 0 && (type.value === refreshStartId || type.value === refreshEndId);
}

/** The folder and all above it. */
export function* foldersUpFrom(path: string): Generator<string> {
  for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) yield at;
}

export const serverObjectId = makeNodeId(2253);
