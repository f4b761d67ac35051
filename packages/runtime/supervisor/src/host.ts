import type { HostLink } from '@fieldwarden/channel';
import type { DriverSession } from '@fieldwarden/driver';
import type { DriverFolders } from '@fieldwarden/belongings';
import type { DeathRecord } from './death/death-record.js';
import type { DriverName, HostName, ServiceName } from './host-name.js';
import type { DeathCause, HostHistory, HostStateName, PlannedCause, StopCause } from './machine/host-state.js';
import type { SupervisionSettings } from './machine/supervision-settings.js';

/** One driver instance that is to run in a process of its own. */
export interface HostSpec {
  readonly driverId: string;
  readonly driverType: string;
  /** URL of the module whose default export is the driver definition. */
  readonly entry: string;
  readonly options: unknown;
  readonly devices: readonly { readonly id: string; readonly options: unknown }[];
  /** Where it keeps what outlives its processes. */
  readonly folders: DriverFolders;
  readonly supervision: SupervisionSettings;
  /** Of the Host that this one succeeds: spawns count on, and crashes are not forgotten by moving. */
  readonly history?: HostHistory;
  /** Number of the configuration that it runs on, for its post-mortems; asked when it dies. */
  readonly generation?: () => number | null;
}

/** One service that is to run in a process of its own. */
export interface ServiceHostSpec {
  readonly serviceId: string;
  readonly serviceType: string;
  /** Script that the child runs. */
  readonly hostMain: string;
  /** The gateway's end of the channel, to be attached to one process after another. */
  readonly link: HostLink;
  readonly supervision: SupervisionSettings;
  /** Of the Host that this one succeeds. */
  readonly history?: HostHistory;
  /** Number of the configuration that it runs on, for its post-mortems; asked when it dies. */
  readonly generation: () => number | null;
}

/** The Host of a driver. */
export interface Host extends SupervisedProcess<DriverName> {
  /** The Proxy: undefined until the first ready, then one object over all respawns. */
  readonly session: DriverSession | undefined;
  /** From the next ping, silence and spawn on; what is under way ends by the old settings. A live session is told of devices by others. */
  configure(live: Pick<HostSpec, 'supervision' | 'devices'>): void;
}

/** The Host of a service, which is talked to through the link that its spec gave. */
export interface ServiceHost extends SupervisedProcess<ServiceName> {
  /** From the next ping, silence and spawn on; what is under way ends by the old settings. */
  configure(live: Pick<ServiceHostSpec, 'supervision'>): void;
}

/** A supervised child process. Giving up is a visible state, never an exception. */
export interface SupervisedProcess<Name extends HostName> {
  readonly snapshot: HostSnapshot<Name>;
  /** Asks for a running process; never throws for a failing child. */
  start(): void;
  /** Drains and ends the process. Resolves when it is gone, or proved unkillable. */
  stop(cause?: StopCause): Promise<void>;
  /** Ends the process and starts another. Resolves when that is ready or failed. Not a crash. */
  restart(): Promise<void>;
  /**
   * Like `restart`, for another reason than an operator's; `wedge` and `memory-hard` count as crashes (SPEC §4.4). While a
   * debugger is attached, `wedge` does nothing.
   */
  recycle(cause: PlannedCause): Promise<void>;
  /** Ends the process and opens the crash-loop breaker: for a Host that restarting does not help (SPEC §6.4). */
  trip(): void;
  /** Has the process collect its garbage. Resolves when it did; rejects with kind `host-lost` or `timeout`. */
  requestGc(): Promise<void>;
  /** What is remembered over processes, to be handed to a successor. */
  readonly history: HostHistory;
  /** Closes the crash-loop breaker and forgets the crashes; starts at once if a start was waiting. */
  reset(): void;
  /** Called synchronously, in the tick of what happened. */
  onEvent(listener: HostListener<Name>): Disposable;
}

export type HostListener<Name extends HostName = DriverName> = (event: HostEvent<Name>) => void;

export type HostEvent<Name extends HostName = DriverName> =
  | { readonly type: 'ready'; readonly spawn: number; readonly pid: number; readonly startMs: number }
  /** No pong for `suspectMs`: new calls fail at once. */
  | { readonly type: 'suspect'; readonly spawn: number }
  | { readonly type: 'recovered'; readonly spawn: number }
  /** The process is gone, or can't be killed; every pending call has failed. */
  | ({ readonly type: 'down' } & DeathRecord<Name>)
  | { readonly type: 'state'; readonly state: HostStateName };

export interface HostSnapshot<Name extends HostName = DriverName> {
  readonly state: HostStateName;
  readonly pid: number | null;
  /** Generation number of the current or last process; 0 before the first. */
  readonly spawn: number;
  /** Since the current process became ready; null while it is not. */
  readonly upMs: number | null;
  readonly restarts: HostHistory['restarts'];
  readonly crashLoop: HostHistory['breaker'];
  /** ms since 1970 UTC of the next start that waits; null when none does. */
  readonly nextAttemptAt: number | null;
  /** Age of the last pong; null while there is no process that should answer. */
  readonly heartbeatMs: number | null;
  /** From the last ping to its pong. */
  readonly roundTripMs: number | null;
  readonly loopLagMs: number | null;
  /** Calls that wait for an answer of the Host. */
  readonly pending: number;
  /** Grows with each answer and update; standing still with calls pending means wedged. */
  readonly progress: number;
  readonly lateReplies: number;
  /** Values replaced by newer ones for want of credit. */
  readonly conflatedValues: number;
  readonly droppedLogLines: number;
  /** Private memory: resident minus shared. Null until the first pong. */
  readonly memoryBytes: number | null;
  readonly heapUsedBytes: number | null;
  readonly rssBytes: number | null;
  /** A debugger may hold it: it is neither hung nor wedged (SPEC §4.2). */
  readonly inspectorOpen: boolean;
  /** Of one core, between the last two pongs. */
  readonly cpuPercent: number | null;
  readonly lastCause: DeathCause | null;
  readonly lastError: string | null;
  readonly lastDeath: DeathRecord<Name> | null;
}
