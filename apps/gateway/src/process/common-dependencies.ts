import type { Catalogue } from '@fieldwarden/config';
import type { AuditLog } from '@fieldwarden/audit';
import { AlarmBook, AlarmEvents, TableMemory } from '@fieldwarden/alarms';
import type { TagImporter } from '@fieldwarden/admin-api/answers';
import type { Clock, LiveSecrets } from '@fieldwarden/core';
import { hostProgram } from '@fieldwarden/driver-host';
import type { PlantCheck, PlantTextEdit } from '@fieldwarden/generations';
import { createLogging, EventLog, type Logging } from '@fieldwarden/observe';
import { DeskBoard } from '@fieldwarden/service';
import { StateStore } from '@fieldwarden/storage';
import { Supervisor } from '@fieldwarden/supervisor';
import { TagStore } from '@fieldwarden/tags';
import { TagTrends } from '@fieldwarden/trends';
import { version } from '../version.js';
import { DeviceAreas } from '../alarms/device-areas.js';
import { ShutdownSteps } from './shutdown-steps.js';
import { EventSequence } from './event-sequence.js';
import type { GatewayOptions } from '../gateway-options.js';
import { GatewayAudit } from './gateway-audit.js';
import { GatewayConcerns } from './gateway-concerns.js';
import type { HomeDirectory } from './home-directory.js';
import { HomeDisk } from './home-disk.js';
import { guardProcess } from './process-guard.js';
import { stateAlarms } from './state-alarms.js';

export interface GatewayDependencies {
  readonly options: GatewayOptions;
  readonly catalogue: Catalogue;
  /** Every value that a reference of the plant stands for: whatever leaves is blanked by it. */
  readonly secrets: LiveSecrets;
  readonly check: PlantCheck;
  readonly edit: PlantTextEdit;
  readonly importTags: TagImporter;
  readonly home: HomeDirectory;
  readonly clock: Clock;
  readonly random: () => number;
}

/** What all other parts use, there before the plant is known. Whatever is started adds its shutdown step at once. */
export interface CommonDependencies extends GatewayDependencies {
  readonly startedAt: Date;
  readonly uptimeMs: () => number;
  readonly logging: Logging;
  /** `<home>/state.mdb`: tables of the gateway and of services. */
  readonly state: StateStore;
  /** Numbers of events, over restarts. */
  readonly sequence: EventSequence;
  readonly events: EventLog;
  /** Has what was there before the start once the state is restored. */
  readonly alarms: AlarmBook;
  /** What of the gateway itself does not work though the plant runs. */
  readonly concerns: GatewayConcerns;
  /** Under the home directory. */
  readonly disk: HomeDisk;
  /** Who did what. Takes rows from the beginning; has taken up those of the last run once the state is restored. */
  readonly audit: AuditLog;
  readonly gatewayAudit: GatewayAudit;
  /** Of all Hosts, those of drivers and of services. */
  readonly supervisor: Supervisor;
  readonly store: TagStore;
  readonly trends: TagTrends;
  /** Where parts of the gateway answer each other, wherever they run. */
  readonly desks: DeskBoard;
  readonly shutdownSteps: ShutdownSteps;
}

/** How it is logged until the plant says how. */
const untilConfigured = { level: 'info', json: false } as const;

export function makeCommonDependencies(dependencies: GatewayDependencies): CommonDependencies {
  const { home, options, clock, random, secrets: redactor } = dependencies;
  const shutdownSteps = new ShutdownSteps();
  const startedMs = clock.monotonicMs();
  const startedAt = new Date(clock.wallMs());
  shutdownSteps.add('home', () => home[Symbol.dispose]());
  const logging = createLogging({ dir: home.file('logs'), ...untilConfigured, toConsole: options.console, redactor });
  shutdownSteps.add('log', async () => await logging.close());
  const { logger } = logging;
  for (const remark of home.remarks) logger.warn(remark);
  const state = StateStore.open(home.file('state.mdb'), { clock, logger });
  shutdownSteps.add('state', async () => await state.close());
  const formerFile = home.file('events.json');
  const sequence = new EventSequence({ table: state.table('gateway/events'), formerFile, logger });
  const events = new EventLog(clock, { onSeq: (seq) => sequence.used(seq), redactor });
  const store = new TagStore(clock, logging.logger);
  const trends = new TagTrends(store, clock);
  shutdownSteps.add('trends', () => trends[Symbol.dispose]());
  const guard = guardProcess(logging.logger);
  shutdownSteps.add('process guard', () => guard[Symbol.dispose]());
  const areas = new DeviceAreas(store);
  shutdownSteps.add('areas of devices', () => areas[Symbol.dispose]());
  const alarms = new AlarmBook({ clock, logger, memory: alarmMemory(state), redactor, areaOf: areas.areaOf });
  const concerns = new GatewayConcerns(alarms);
  const disk = new HomeDisk({ home, concerns, clock, logger });
  shutdownSteps.add('disk watch', async () => await disk[Symbol.asyncDispose]());
  const gatewayAudit = new GatewayAudit({ home, clock, logger, redactor, disk });
  shutdownSteps.add('audit', async () => await gatewayAudit[Symbol.asyncDispose]());
  const alarmEvents = new AlarmEvents({ clock, events });
  alarms.follow(alarmEvents.tell);
  shutdownSteps.add('alarm events', () => alarmEvents[Symbol.dispose]());
  const supervisor = new Supervisor({ ...hostProgram(logger), clock, logger, random, redactor, stateDir: home.path });
  supervisor.onAlarm(({ type, message, active }) => {
    if (active) alarms.raise({ conditionId: type, subject: {}, message });
    else alarms.clear(type, {}, message);
  });
  shutdownSteps.add('supervisor', async () => await supervisor.close());
  const uptimeMs = (): number => clock.monotonicMs() - startedMs;
  return {
    ...dependencies,
    startedAt,
    uptimeMs,
    logging,
    state,
    sequence,
    events,
    alarms,
    concerns,
    disk,
    audit: gatewayAudit.log,
    gatewayAudit,
    supervisor,
    store,
    trends,
    desks: new DeskBoard(),
    shutdownSteps,
  };
}

/** The tables of alarms are in one store: a commit holds a state together with its row of the journal. */
function alarmMemory(state: StateStore): TableMemory {
  const tables = {
    alarms: state.table('gateway/alarms'),
    chunks: state.table('gateway/alarm-journal'),
    heads: state.table('gateway/alarm-journal-heads'),
  };
  return new TableMemory(() => Promise.resolve(tables));
}

/** Takes up what the last run of the gateway left behind. No event is told before its number is safe. */
export async function restoreState({
  events,
  sequence,
  alarms,
  state,
  concerns,
  disk,
  gatewayAudit,
}: CommonDependencies): Promise<void> {
  events.resumeAfter(await sequence.resume());
  await alarms.restore();
  state.reportTo(stateAlarms(alarms, concerns));
  await disk.start();
  await gatewayAudit.start({ version, pid: process.pid }, concerns);
}
