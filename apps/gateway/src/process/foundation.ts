import type { Clock } from '@fieldwarden/core';
import type { DriverRegistry } from '@fieldwarden/driver';
import type { PlantCheck } from '@fieldwarden/generations';
import { createLogging, EventLog, type Logging } from '@fieldwarden/observe';
import { StateStore } from '@fieldwarden/storage';
import { TagStore } from '@fieldwarden/tags';
import { TagTrends } from '@fieldwarden/trends';
import { GatewayAlarms } from '../alarms/gateway-alarms.js';
import { Ends } from './ends.js';
import { EventSequence } from './event-sequence.js';
import type { GatewayOptions } from '../gateway-options.js';
import type { HomeDirectory } from './home-directory.js';
import { guardProcess } from './process-guard.js';

export interface GatewayParts {
  readonly options: GatewayOptions;
  readonly registry: DriverRegistry;
  readonly check: PlantCheck;
  readonly home: HomeDirectory;
  readonly clock: Clock;
  readonly random: () => number;
}

/** What everything else stands on, there before the plant is known. Whatever is started on it registers its end at once. */
export interface Foundation extends GatewayParts {
  readonly startedAt: Date;
  readonly uptimeMs: () => number;
  readonly logging: Logging;
  /** `<home>/state.mdb`: tables of the gateway and of services. */
  readonly state: StateStore;
  /** Numbers of events, over restarts. */
  readonly sequence: EventSequence;
  readonly events: EventLog;
  readonly alarms: GatewayAlarms;
  readonly store: TagStore;
  readonly trends: TagTrends;
  readonly ends: Ends;
}

/** How it is logged until the plant says how. */
const untilConfigured = { level: 'info', json: false } as const;

export function layFoundation(parts: GatewayParts): Foundation {
  const { home, options, clock } = parts;
  const ends = new Ends();
  const startedMs = clock.monotonicMs();
  const startedAt = new Date(clock.wallMs());
  ends.add('home', () => home[Symbol.dispose]());
  const logging = createLogging({ dir: home.file('logs'), ...untilConfigured, toConsole: options.console });
  ends.add('log', async () => await logging.close());
  const { logger } = logging;
  const state = StateStore.open(home.file('state.mdb'), { clock, logger });
  ends.add('state', async () => await state.close());
  const formerFile = home.file('events.json');
  const sequence = new EventSequence({ table: state.table('gateway/events'), formerFile, logger });
  const events = new EventLog(clock, { onSeq: (seq) => sequence.used(seq) });
  const store = new TagStore(clock, logging.logger);
  const trends = new TagTrends(store, clock);
  ends.add('trends', () => trends[Symbol.dispose]());
  const guard = guardProcess(logging.logger);
  ends.add('process guard', () => guard[Symbol.dispose]());
  const alarms = new GatewayAlarms(events);
  const uptimeMs = (): number => clock.monotonicMs() - startedMs;
  return { ...parts, startedAt, uptimeMs, logging, state, sequence, events, alarms, store, trends, ends };
}
