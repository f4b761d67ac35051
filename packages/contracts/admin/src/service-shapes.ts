import type { DriverState, ErrorReport } from '@fieldwarden/gateway-contract';

/** One row of `fieldwarden/services@1`: what is not a driver (SPEC §16). `pid`, `spawn`, `heartbeatMs` are null in-process. */
export interface Service {
  readonly id: string;
  /** Name of its definition; of several instances the same. */
  readonly type: string;
  readonly isolation: 'in-process' | 'host';
  readonly state: DriverState;
  /** Why it is not Healthy; null when it is, or was stopped. */
  readonly reason: string | null;
  readonly pid: number | null;
  /** How often it was started since the gateway was. */
  readonly spawn: number | null;
  readonly upMs: number | null;
  readonly restarts: number;
  readonly crashLoop: 'closed' | 'open' | 'half-open';
  readonly nextAttemptAt: string | null;
  readonly lastCause: string | null;
  /** Of the last failure; kept when it works again. */
  readonly lastError: ErrorReport | null;
  readonly memoryBytes: number | null;
  readonly cpuPercent: number | null;
  /** Changes of tags that newer ones replaced before it could be told of them. */
  readonly conflatedValues: number;
  /** Where others reach it; null while it does not work, and for one that listens nowhere. */
  readonly url: string | null;
  /** What it says of itself; null while it does not work. */
  readonly detail: Readonly<Record<string, unknown>> | null;
}

/** `GET /services`: in the order of the plant document. */
export interface ServiceList {
  readonly schema: 'fieldwarden/services@1';
  readonly services: readonly Service[];
}

/** `GET /services/:id`, `POST /services/:id/restart?wait=true`. */
export interface ServiceAnswer extends Service {
  readonly schema: 'fieldwarden/service@1';
}

/** `POST /services/:id/requests/:name`. */
export interface ServiceRequestAnswer {
  readonly schema: 'fieldwarden/service-request@1';
  readonly serviceId: string;
  readonly name: string;
  /** As the service gave it. */
  readonly answer: unknown;
}
