import type { TagValue, WriteOutcome } from '@fieldwarden/core';
import type { TagDefinition } from '@fieldwarden/gateway-contract';
import type { Service, ServiceAddress, ServiceDefinition } from '@fieldwarden/service';
import type { TestServiceContext } from '../service-context.js';

/**
 * What the author of a service provides to have it put through the service contract suite. A case that needs a knob which is not
 * offered is left out. Set delays in the settings short: what the service does later is waited for.
 */
export interface ServiceFixture {
  readonly definition: ServiceDefinition;
  /** As written in the plant document. */
  readonly settings: unknown;
  /** Other settings that a running instance takes over. The same tags are shown under them. */
  readonly liveSettings?: unknown;
  /** Other settings for which it starts anew. */
  readonly restartingSettings?: unknown;
  /** `settings` with this port; 0 = any. For a service with a port of which the definition says nothing. */
  onPort?(port: number): unknown;
  /** Tags that are there before it starts, each with at least two values that a client sees exactly. Large ones are welcome. None: it shows no tags. */
  readonly tags: readonly FixtureTag[];
  /** Uses the service as its client would, once, and says what it saw of these tags, in their order. */
  exercise(running: RunningService, paths: readonly string[]): Promise<readonly SeenTag[]>;
  /** A client that stays and is told of changes. */
  follow?(running: RunningService): Promise<ServiceFollower>;
  /** A client that asks for all it can, on and on, and never reads an answer. Disposing it hangs up. */
  slowReader?(running: RunningService): Promise<AsyncDisposable>;
  /** Writes as its client would, and says what that client was told: `done` for success, any other text for anything else. */
  write?(running: RunningService, path: string, value: TagValue): Promise<string>;
  /** What the client of `write` is told of the other outcomes, where the protocol tells them apart. */
  readonly writeTexts?: Readonly<Partial<Record<Exclude<WriteOutcome, 'done'>, string>>>;
  /** Has it put something into its storage. */
  store?(running: RunningService): Promise<void>;
  /** How long the suite waits for what the service does later; default 10,000. */
  readonly patienceMs?: number;
}

export interface FixtureTag {
  readonly definition: TagDefinition;
  readonly values: readonly [TagValue, TagValue, ...TagValue[]];
}

/** One instance, and what it was made from. */
export interface RunningService {
  readonly service: Service;
  /** What `start` said. */
  readonly address: ServiceAddress | undefined;
  readonly context: TestServiceContext;
}

/** One tag as a client saw it. */
export interface SeenTag {
  readonly path: string;
  /** False for whatever is no present Good value: an exception, a Bad status, a name that is not there. */
  readonly good: boolean;
  /** Null when it is not good. */
  readonly value: TagValue | null;
}

export interface ServiceFollower extends AsyncDisposable {
  /** All it was told so far, oldest first. */
  readonly told: readonly SeenTag[];
}
