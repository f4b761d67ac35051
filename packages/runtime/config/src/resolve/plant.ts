import type { TlsSettings } from '@fieldwarden/certificates';
import type { LogLevel } from '@fieldwarden/core';
import type { Capability, Tier } from '@fieldwarden/driver';
import type { PlantTag } from '@fieldwarden/gateway-contract';
import type { ServiceIsolation } from '@fieldwarden/service';
import type { StabilitySettings } from '@fieldwarden/stability';

/**
 * The plant as the runtime sees it: every default filled, every duration in milliseconds, secrets resolved, frozen through and
 * through. Made by `validatePlant` only. It carries secrets in clear: never write it to a log, a file or a client.
 */
export interface Plant {
  readonly site: string;
  readonly logging: { readonly level: LogLevel; readonly json: boolean };
  readonly tls: TlsSettings;
  readonly drivers: readonly PlantDriver[];
  readonly services: readonly PlantService[];
}

/** One service that the plant runs, or could: `enabled` says whether. */
export interface PlantService {
  /** Unique among the services of the plant. */
  readonly id: string;
  /** Of its definition. */
  readonly name: string;
  /** What the plant calls a third party's: the key of the ServiceRegistry. Null for one that comes with the gateway: there the name is. */
  readonly use: string | null;
  readonly enabled: boolean;
  readonly isolation: ServiceIsolation;
  /** A fault of it counts like that of a driver. */
  readonly critical: boolean;
  /** Output of the definition's schema. */
  readonly settings: unknown;
  /** Of a service that ran before: what is wrong with its settings now. It is Faulted and does nothing. */
  readonly refusal?: string;
}

/** Something in it cannot run as it is written. */
export function hasRefusedParts({ drivers, services }: Plant): boolean {
  return [...drivers, ...services].some(({ refusal }) => refusal !== undefined);
}

export interface PlantDriver {
  readonly id: string;
  /** As written: name of a registered type, `./file.ts` or package name. The key of the DriverRegistry. */
  readonly type: string;
  readonly tier: Tier;
  /** Where it starts: `auto` is already resolved by the tier. */
  readonly isolation: 'in-process' | 'host';
  readonly enabled: boolean;
  /** Output of the type's own `options` schema. */
  readonly options: unknown;
  readonly devices: readonly PlantDevice[];
  readonly resilience: PlantResilience;
  readonly supervision: PlantSupervision;
  readonly stability: StabilitySettings;
  /** Of a driver that ran before: what is wrong with it now. It is Faulted and reads nothing; its options and addresses may be anything. */
  readonly refusal?: string;
}

export interface PlantDevice {
  /** Unique within its driver. */
  readonly id: string;
  /** Output of the type's own `deviceOptions` schema. */
  readonly options: unknown;
  readonly tags: readonly PlantTag[];
}

/** Everything the invoker needs for one driver: pipelines are made per device from this. */
export interface PlantResilience {
  readonly capabilities: Readonly<Record<Capability, CapabilityResilience>>;
  /** Retries of a write all of whose tags say `writeIdempotent`. Any other write is never repeated: `capabilities.write.retries` is always 0. */
  readonly idempotentWriteRetries: number;
  /** Consecutive failures that open a device's breaker; null = never. */
  readonly breakerFailures: number | null;
  /** First pause between probes of a demoted device; doubles up to `maxProbeMs`. */
  readonly probeMs: number;
  readonly maxProbeMs: number;
  /** Per device: calls under way, and calls that may wait for one of them to end. */
  readonly bulkhead: { readonly concurrent: number; readonly queued: number };
  readonly writeWhileDemoted: 'refuse' | 'try';
}

export interface CapabilityResilience {
  /** Total, retries and waiting included. */
  readonly timeoutMs: number;
  readonly retries: number;
}

/** How the Supervisor treats the Host of one driver (SPEC §4). */
export interface PlantSupervision {
  readonly pingMs: number;
  /** Without a pong for this long, new calls fail fast. */
  readonly suspectMs: number;
  /** Without a pong for this long, the Host is killed. */
  readonly hangKillMs: number;
  /** From spawn to `ready`. */
  readonly startBudgetMs: number;
  readonly drainMs: number;
  readonly backoff: {
    readonly initialMs: number;
    readonly maxMs: number;
    /** Share of the delay, 0 to 1: 0.2 is ±20 %. */
    readonly jitter: number;
    /** No delay after the first crash within `crashLoop.windowMs`. */
    readonly firstAtOnce: boolean;
  };
  readonly crashLoop: { readonly crashes: number; readonly windowMs: number };
  /** A planned restart starts the successor before the old Host stops. */
  readonly overlap: boolean;
}
