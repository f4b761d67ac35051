import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock, type Clock } from '@fieldwarden/core';
import { DeskBoard, type GatewayIdentity, type ServiceContext } from '@fieldwarden/service';
import { collectingLogger, type CollectingLogger } from '../collecting-logger.js';
import { temporaryDirectory } from '../temporary-directory.js';
import { CountedClock } from './counted-clock.js';
import { MemoryDesk } from './memory-desk.js';
import { MemoryOwnTags } from './memory-own-tags.js';
import { MemoryStorage } from './memory-storage.js';
import { MemoryTags } from './memory-tags.js';
import { MemoryWriter } from './memory-writer.js';
import { MemoryAlarmFeed } from './memory-alarm-feed.js';
import { RecordedAlarms } from './recorded-alarms.js';
import { RecordedConditions } from './recorded-conditions.js';

/** What a service is made from, with everything that the test wants to turn or look at. Disposing it removes the directories. */
export interface TestServiceContext<Settings = unknown> extends ServiceContext<Settings>, AsyncDisposable {
  readonly tags: MemoryTags;
  /** Those that the service brings: the same as `within.ownTags`. */
  readonly ownTags: MemoryOwnTags;
  readonly writer: MemoryWriter;
  readonly alarms: RecordedAlarms;
  readonly alarmFeed: MemoryAlarmFeed;
  readonly storage: MemoryStorage;
  readonly access: MemoryDesk;
  readonly desks: DeskBoard;
  /** What `within.conditions` was told. */
  readonly conditions: RecordedConditions;
  readonly clock: CountedClock;
  readonly logger: CollectingLogger;
  /** What the service appended, oldest first. */
  readonly told: readonly RecordedEvent[];
  /** What `fail` was called with: correct is at most once. */
  readonly failures: readonly unknown[];
}

export interface RecordedEvent {
  readonly message: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

export interface ServiceContextOverrides {
  readonly serviceId?: string;
  readonly gateway?: Partial<GatewayIdentity>;
  /** Default: the real one. */
  readonly clock?: Clock;
  /** Default: always 0.5. */
  readonly random?: () => number;
  readonly tags?: MemoryTags;
  /** That of an earlier context: what the service kept is still there. */
  readonly storage?: MemoryStorage;
}

/** `settings` have been through the definition's schema: `definition.schema.parse(…)`. */
export async function serviceContext<Settings>(
  settings: Settings,
  overrides: ServiceContextOverrides = {},
): Promise<TestServiceContext<Settings>> {
  const { serviceId = 'service', random = () => 0.5 } = overrides;
  const clock = new CountedClock(overrides.clock ?? systemClock);
  const { tags = new MemoryTags(clock), storage = new MemoryStorage() } = overrides;
  const home = await temporaryDirectory('fieldwarden-service-');
  const directory = join(home.path, 'services', serviceId);
  const pkiDirectory = join(home.path, 'pki');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await mkdir(pkiDirectory, { mode: 0o700 });
  const desks = new DeskBoard();
  const ownTags = new MemoryOwnTags(tags, serviceId);
  const conditions = new RecordedConditions();
  const told: RecordedEvent[] = [];
  const failures: unknown[] = [];
  return {
    serviceId,
    settings,
    gateway: { site: 'test site', version: '0.0.0', bind: '127.0.0.1', port: undefined, ...overrides.gateway },
    directory,
    pkiDirectory,
    tags,
    ownTags,
    writer: new MemoryWriter(tags),
    events: { append: (event) => void told.push(event) },
    told,
    alarms: new RecordedAlarms(),
    alarmFeed: new MemoryAlarmFeed(),
    storage,
    access: new MemoryDesk(),
    desks,
    conditions,
    within: { offers: desks.offers, columns: tags, ownTags, conditions },
    clock,
    logger: collectingLogger(),
    random,
    fail: (error) => void failures.push(error),
    failures,
    [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
  };
}
