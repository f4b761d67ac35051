import type { Origin } from '@fieldwarden/gateway-contract';
import type { ServiceAddress, ServiceDefinition, ServiceIsolation, ServiceMetric } from '@fieldwarden/service';
import type { DeathCause, HostHistory, PlannedCause, StopCause, SupervisionSettings } from '@fieldwarden/supervisor';

/**
 * Where one instance of a service lives: in the gateway's process or in a Host (SPEC §16.4). Whoever composes the services does not know
 * which. What the service does, however wrong, ends here: as a state, never as an exception.
 */
export interface ServiceHome {
  /** As it stands at this moment. Cheap: asked for by every status page, scrape and readiness probe. */
  readonly facts: ServiceFacts;
  /** What is remembered of crashes and spawns, for the home that takes over from this one. */
  readonly history: HostHistory;

  /** Resolves when the service does its work, or when it is clear that it does not (yet); never rejects. */
  start(settings: unknown): Promise<void>;
  /**
   * Takes other settings over: by the service's own `apply` where its definition says so, else by a new start. Resolves like `start`. A
   * home that is stopped keeps them for its start; one that failed is tried again at once.
   */
  apply(settings: unknown): Promise<void>;
  /** Resolves when nothing of the service is left; never rejects. */
  stop(cause?: StopCause): Promise<void>;
  /** An operator's wish: stops it, forgets its crashes, starts it anew. Resolves like `start`. */
  restart(): Promise<void>;
  /** A planned restart for another reason: `cron`, `memory-soft`; `memory-hard` and `wedge` count as crashes. Resolves like `start`. */
  recycle(cause: PlannedCause): Promise<void>;
  /** Restarting does not help: it goes down and is tried again only now and then, as after too many crashes. */
  giveUp(): void;
  /** Has the Host collect its garbage; nothing in-process. */
  requestGc(): void;

  /** Answers as the service does. Rejects with a GatewayError: `unsupported`, `unreachable` while it does not run, `timeout`, `host-lost`. */
  request(name: string, body: unknown, origin: Origin): Promise<unknown>;

  /** Called synchronously when state, reason, address, process or crash loop is another; read `facts`. */
  onChange(listener: () => void): Disposable;
  /** Called synchronously when it failed or its Host died, before `onChange`: for an event, an alarm, a line of the log. */
  onLoss(listener: (loss: ServiceLoss) => void): Disposable;
}

/** The words of INTERFACES §4 `state`. `Reconnecting`: gets better by itself, soon. `Faulted`: failed, tried again later or not at all. */
export type ServiceState = 'Initializing' | 'Healthy' | 'Degraded' | 'Reconnecting' | 'Faulted' | 'Stopped';

/** Which service, and how it is kept. */
export interface ServiceInstance {
  /** The name of the only instance; `id` of the settings where there may be several. Names its directory, storage and alarms. */
  readonly id: string;
  readonly definition: ServiceDefinition;
  /** The port that the command line or the environment wants; undefined: the settings' own. */
  readonly port: number | undefined;
  /** Of a Host; start budget, backoff and crash loop count in-process too. */
  readonly supervision: SupervisionSettings;
  /** Of the home that this one takes over from. */
  readonly history?: HostHistory;
  /** Number of the configuration that it runs on, for post-mortems; asked when it dies. */
  readonly generation: () => number | null;
}

export interface ServiceFacts {
  readonly id: string;
  /** The definition's name. */
  readonly type: string;
  readonly isolation: ServiceIsolation;
  readonly state: ServiceState;
  /** Why it is not Healthy; null when it is, or was stopped. */
  readonly reason: string | null;
  /** Null in-process and while there is no Host. */
  readonly pid: number | null;
  /** How often it was started, over all homes; null before the first. */
  readonly spawn: number | null;
  /** Since it does its work; null while it does not. */
  readonly upMs: number | null;
  readonly restarts: HostHistory['restarts'];
  readonly crashLoop: HostHistory['breaker'];
  /** ms since 1970 UTC of the next start that waits. */
  readonly nextAttemptAtMs: number | null;
  readonly lastCause: DeathCause | null;
  /** Of the last failure; kept when it works again. */
  readonly lastError: ServiceFailure | null;
  readonly heartbeatMs: number | null;
  /** Private memory of the Host. */
  readonly memoryBytes: number | null;
  readonly cpuPercent: number | null;
  /** A debugger may hold the Host: it is neither hung nor wedged. */
  readonly inspectorOpen: boolean;
  /** Requests that wait for its answer, and a number that grows whenever it gets something done. */
  readonly pending: number;
  readonly progress: number;
  /** Changes of tags that newer ones replaced before the Host could be told. */
  readonly conflatedValues: number;
  /** Where others reach it; null while it does not work or has no port. */
  readonly address: ServiceAddress | null;
  /** What its `status` said last; null while it does not work. */
  readonly detail: Readonly<Record<string, unknown>> | null;
  /** What its `metrics` said last. */
  readonly metrics: readonly ServiceMetric[];
}

/** A service of the running configuration, and since when it is as it is. */
export interface StandingService extends ServiceFacts {
  /** ms since 1970 UTC when it took its state. */
  readonly stateSinceMs: number;
  /** The definition's: `OPC UA server`. */
  readonly title: string;
}

/** What went wrong, and when. */
export interface ServiceFailure {
  readonly code: string;
  readonly kind: string;
  readonly message: string;
  /** ms since 1970 UTC. */
  readonly atMs: number;
}

/** A running service came to its end without being asked to by anybody who wished it well. */
export interface ServiceLoss {
  readonly serviceId: string;
  readonly cause: DeathCause;
  readonly spawn: number;
  readonly message: string;
  /** Of its Host, under which `supervisor.servicePostMortems` has it; undefined in-process, and for planned ends. */
  readonly postMortemId: string | undefined;
  /** Somebody asked for it, so it is no failure. */
  readonly planned: boolean;
}
