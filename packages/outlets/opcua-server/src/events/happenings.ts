import { isBad, messageOf, type Logger } from '@fieldwarden/core';
import type { TagSource } from '@fieldwarden/service';
import { FollowedTags } from '@fieldwarden/tags/followed-tags';
import { DataType, type IAddressSpace } from 'node-opcua';

/** Tags by which the gateway tells what happens to it: drivers, their Hosts, the configuration. */
const happeningPattern = /^_system\/(?:drivers\/([^/]+)\/(state|spawn)|(generation))$/;

/** Of an event, by the state that a driver turns to (OPC 10000-5, 6.4.2: 1 to 1000). */
const severities: Readonly<Record<string, number>> = { Faulted: 800, Reconnecting: 600, Degraded: 600, Stopped: 300 };
const ordinarySeverity = 100;

export interface HappeningsDependencies {
  readonly addressSpace: IAddressSpace;
  readonly store: TagSource;
  readonly logger: Logger;
}

interface Followed {
  readonly driverId: string | undefined;
  readonly field: string;
  /** Undefined before it is known. */
  value: string | undefined;
}

interface UaEvent {
  readonly type: 'DeviceFailureEventType' | 'SystemEventType';
  readonly source: string;
  readonly message: string;
  readonly severity: number;
}

/**
 * Tells OPC UA clients by events of the Server object what happens to drivers, to their Hosts and to the configuration (OPC 10000-5, 6.4.30).
 * What is so when the server starts is no event.
 */
export class Happenings implements Disposable {
  readonly #deps: HappeningsDependencies;
  readonly #listening = new DisposableStack();
  readonly #followed: FollowedTags<Followed>;

  constructor(dependencies: HappeningsDependencies) {
    this.#deps = dependencies;
    const { store } = dependencies;
    this.#followed = this.#listening.use(
      new FollowedTags<Followed>(store, { changed: (handle, followed) => this.#changed(handle, followed) }),
    );
    for (const [path] of store.entries()) this.#follow(path);
    this.#listening.use(
      store.onDefinition({
        defined: (handles) => this.#each(handles, (path) => this.#follow(path)),
        removed: (handles) => this.#each(handles, (path) => this.#followed.unfollow(path)),
      }),
    );
  }

  [Symbol.dispose](): void {
    this.#listening.dispose();
  }

  #each(handles: Iterable<number>, act: (path: string) => void): void {
    for (const handle of handles) {
      const path = this.#deps.store.definition(handle)?.path ?? '';
      if (happeningPattern.test(path)) act(path);
    }
  }

  #follow(path: string): void {
    const found = happeningPattern.exec(path);
    if (!found) return;
    const [, driverId, field, generation] = found;
    const followed: Followed = { driverId, field: field ?? generation, value: undefined };
    const handle = this.#followed.follow(path, followed);
    if (handle !== undefined) followed.value = this.#valueOf(handle);
  }

  #valueOf(handle: number): string | undefined {
    const { value, status } = this.#deps.store.read(handle);
    return isBad(status) ? undefined : String(value);
  }

  #changed(handle: number, followed: Followed): void {
    const before = followed.value;
    const now = this.#valueOf(handle);
    if (now === undefined || now === before) return;
    followed.value = now;
    if (before !== undefined) this.#raise(eventOf(followed, before));
  }

  #raise({ type, source, message, severity }: UaEvent): void {
    try {
      this.#deps.addressSpace.rootFolder.objects.server.raiseEvent(type, {
        sourceName: { dataType: DataType.String, value: source },
        message: { dataType: DataType.LocalizedText, value: { text: message } },
        severity: { dataType: DataType.UInt16, value: severity },
      });
    } catch (error) {
      this.#deps.logger.error(`OPC UA clients were not told: ${message}: ${messageOf(error)}`, { error });
    }
  }
}

function eventOf({ driverId, field, value: now = '' }: Followed, before: string): UaEvent {
  if (driverId === undefined) {
    const message = `Generation ${now} runs, in place of ${before}`;
    return { type: 'SystemEventType', source: 'Configuration', message, severity: ordinarySeverity };
  }
  const source = `Drivers/${driverId}`;
  if (field === 'spawn') {
    const message = `Driver ${driverId} has a new process, the ${now}. since the gateway started`;
    return { type: 'SystemEventType', source, message, severity: ordinarySeverity };
  }
  const severity = severities[now] ?? ordinarySeverity;
  const type = severity > ordinarySeverity && now !== 'Stopped' ? 'DeviceFailureEventType' : 'SystemEventType';
  return { type, source, message: `Driver ${driverId} is ${now}; it was ${before}`, severity };
}
