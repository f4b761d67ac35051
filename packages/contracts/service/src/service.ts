import type { Origin } from '@fieldwarden/gateway-contract';

/**
 * One running instance. Made by `create`; its life is `start`, any number of `apply`, `stop`. The same object runs in the gateway or in
 * a Host and does not know which.
 *
 * It never throws out of an event handler. When it cannot go on it calls `context.fail`: it is then stopped, shown as Faulted with the
 * reason, and started anew after the backoff of SPEC §4.4. Nothing that it does may delay a scan: no work of more than a few
 * milliseconds at a time in-process.
 */
export interface Service<Settings = unknown> {
  /**
   * Called once, first. Resolves when the service does its work: a server listens. A rejection of kind `config` (PORT_TAKEN) is shown
   * and tried again after the backoff like any other.
   */
  start(signal: AbortSignal): Promise<ServiceAddress | undefined>;

  /** Takes over settings for which the definition's `changesLive` said yes. A rejection: it is started anew with them. */
  apply?(settings: Settings): Promise<void>;

  /**
   * What people want to know of it now, as JSON of at most `maxStatusCharacters`; else nothing of it is shown, and the service is Degraded.
   * Cheap; asked for about once a second.
   */
  status(): Readonly<Record<string, unknown>>;

  /** Asked together with `status`. */
  health(): ServiceHealth;

  /** Its figures for `/metrics`; asked for together with `status`. */
  metrics?(): readonly ServiceMetric[];

  /**
   * Answers a request of a person or program, made through the Admin API: `POST /services/<id>/requests/<name>`. Answer as JSON. Throws
   * kind `unsupported` for a name that it does not know.
   */
  request?(name: string, body: unknown, origin: Origin): Promise<unknown>;

  /** Called once, last: ports, files, timers are free when it resolves. Never rejects; safe after a `start` that failed. */
  stop(): Promise<void>;
}

/** Where others reach it. */
export interface ServiceAddress {
  /** The port that it listens on, chosen or given. */
  readonly port: number;
  /** `opc.tcp://127.0.0.1:4840/fieldwarden`. */
  readonly url: string;
}

/** `Degraded`: works, but not all of it; `reason` says what is missing and what helps. */
export type ServiceHealth = { readonly state: 'Healthy' } | { readonly state: 'Degraded'; readonly reason: string };

/** One sample. Names are conventional and without prefix: `mqtt_pending_messages` (Prometheus, base units). */
export interface ServiceMetric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}
