import type { WriteOutcome } from '@fieldwarden/core';
import type { DeviceState, DriverState, ErrorReport, Finding } from '@fieldwarden/gateway-contract';
import type { ConfigStatus } from './config-shapes.js';

/** Shapes of the Admin API and of `--json` output (versioned as `fieldwarden/<kind>@1`: fields may be added, none renamed). */

/** One row of `fieldwarden/drivers@1`. `pid`, `spawn`, `heartbeatMs` are null in-process. */
export interface Driver {
  readonly id: string;
  readonly type: string;
  readonly tier: 'A' | 'B' | 'C';
  readonly isolation: 'in-process' | 'host';
  readonly enabled: boolean;
  readonly state: DriverState;
  /** When it took this state. */
  readonly stateSince?: string;
  readonly pid: number | null;
  /** Number of the current process of this driver, counted from 1 since the gateway started. */
  readonly spawn: number | null;
  readonly upMs: number | null;
  readonly restarts: { readonly crash: number; readonly recycle: number; readonly operator: number };
  readonly crashLoop: 'closed' | 'open' | 'half-open';
  readonly nextAttemptAt: string | null;
  readonly memory: {
    readonly bytes: number | null;
    readonly baselineBytes: number | null;
    readonly softBytes: number | null;
    readonly hardBytes: number | null;
    readonly state: 'Warming' | 'Normal' | 'Soft' | 'Hard' | null;
  };
  readonly cpuPercent: number | null;
  readonly heartbeatMs: number | null;
  /** Calls of capabilities under way. */
  readonly pending: number;
  /** Count of completed exchanges; a number that rises while the driver works. */
  readonly progress: number;
  readonly lastCause: string | null;
  readonly lastError: ErrorReport | null;
  /** Configuration generation the driver runs on; null while configuration is not published in generations. */
  readonly generation: number | null;
}

export interface DriverDetail extends Driver {
  readonly devices: readonly Device[];
}

export interface Device {
  readonly id: string;
  readonly state: DeviceState;
  readonly tags: number;
  readonly breaker: 'closed' | 'open' | 'half-open';
  readonly consecutiveFailures: number;
  readonly lastError: ErrorReport | null;
  readonly scans: readonly DeviceScan[];
}

/** Requested against achieved interval of the tags of one device that share a scan interval. */
export interface DeviceScan {
  readonly requestedMs: number;
  readonly achievedMs: number | null;
  readonly overruns: number;
  readonly tags: number;
}

export interface DriverList {
  readonly schema: 'fieldwarden/drivers@1';
  readonly drivers: readonly Driver[];
}

/** One row of `fieldwarden/hosts@1`: a device, with what matters of the driver before it. */
export interface HostRow {
  readonly driverId: string;
  readonly driverType: string;
  readonly tier: 'A' | 'B' | 'C';
  readonly isolation: 'in-process' | 'host';
  readonly device: string;
  readonly driverState: DriverState;
  readonly deviceState: DeviceState;
  readonly breaker: 'closed' | 'open' | 'half-open';
  /** Consecutive failures that open the breaker; null = never. */
  readonly breakerThreshold: number | null;
  readonly consecutiveFailures: number;
  /** `consecutiveFailures > breakerThreshold / 2`; never without a threshold. */
  readonly alert: boolean;
  readonly lastBreakerOpenAt: string | null;
  /** Of the device itself. */
  readonly lastError: ErrorReport | null;
  /** When a device that is off-scan is probed next; null while it is on scan. */
  readonly nextProbeAt: string | null;
  /** Calls under way and waiting. */
  readonly bulkheadDepth: number;
  /** When a planned restart last put another process of the driver in place, also under an earlier gateway; null if there was none. */
  readonly lastRecycleAt: string | null;
  readonly baselineBytes: number | null;
  readonly currentBytes: number | null;
  /** Of the device's fastest scan class, and what that achieves; null if nothing is polled. */
  readonly requestedScanMs: number | null;
  readonly achievedScanMs: number | null;
  /** Over all scan classes of the device. Counts are kept over restarts of the gateway. */
  readonly overruns: number;
  /** Attempts after the first one of a call. */
  readonly retries: number;
  /** Answers that came after their call had been given up. */
  readonly lateReplies: number;
}

/** What is kept of a process that ended (SPEC §4.3). */
export interface PostMortem extends PostMortemSummary {
  /** What everybody who waited for the process was told. */
  readonly error: { readonly code: string; readonly message: string };
  /** Where the main thread stood when it hung, or was when it threw. */
  readonly stack: string | null;
  /** Why there is no stack of a process that hung. */
  readonly stackMissing: string | null;
  /** Its last lines, oldest first. */
  readonly logTail: readonly string[];
  /** Its last capability calls, oldest first. */
  readonly operations: readonly PostMortemOperation[];
  /** Memory curve, oldest first. */
  readonly memory: readonly PostMortemMemory[];
}

export interface PostMortemSummary {
  /** Unique within its driver. */
  readonly id: string;
  readonly driverId: string;
  readonly spawn: number;
  /** `exit`, `signal`, `hang`, `wedge`, `memory-hard`, `protocol`, `start-timeout`, … */
  readonly cause: string;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly at: string;
  /** Configuration generation it ran on. */
  readonly generation: number | null;
}

export interface PostMortemOperation {
  readonly capability: string;
  readonly device: string | null;
  readonly startedAt: string;
  /** Null: still under way when the process ended. */
  readonly durationMs: number | null;
  /** `ok`, the code of the error, or `pending`. */
  readonly result: string;
  readonly correlationId: string | null;
}

export interface PostMortemMemory {
  readonly at: string;
  /** Resident less shared; null where the system does not say. */
  readonly privateBytes: number | null;
  readonly rssBytes: number;
  readonly heapUsedBytes: number;
}

export interface TagValueShape {
  readonly path: string;
  readonly value: unknown;
  /** Symbolic OPC UA name: `Good`, `BadTimeout`. */
  readonly status: string;
  readonly statusCode: number;
  readonly sourceAt: string | null;
  readonly serverAt: string | null;
}

export interface TagRow extends TagValueShape {
  readonly driverId: string | null;
  readonly device: string | null;
  readonly dataType: string;
  readonly access: 'read-only' | 'read-write';
  readonly unit: string | null;
  readonly description: string | null;
}

export interface TagPage {
  readonly schema: 'fieldwarden/tags@1';
  readonly tags: readonly TagRow[];
  readonly total: number;
  /** Pass as `cursor` for the next page; null at the end. */
  readonly nextCursor: string | null;
}

/** What became of the write of one tag. */
export interface TagWriteOutcome {
  readonly path: string;
  readonly outcome: WriteOutcome;
  readonly status: string;
  readonly message?: string;
}

export interface Status {
  readonly schema: 'fieldwarden/status@1';
  readonly version: string;
  readonly site: string;
  readonly generation: number | null;
  readonly usingStaleConfig: boolean;
  readonly authority: 'embedded' | 'postgres' | 'file';
  /** Absent until configuration is published in generations. */
  readonly config?: ConfigStatus;
  readonly startedAt: string;
  readonly uptimeMs: number;
  readonly pid: number;
  readonly drivers: { readonly total: number; readonly byState: Readonly<Partial<Record<DriverState, number>>> };
  readonly tags: {
    readonly total: number;
    readonly good: number;
    readonly uncertain: number;
    readonly bad: number;
    /** Values that came from drivers, over the last seconds. */
    readonly valuesPerSecond?: number;
  };
  readonly mqtt: { readonly connected: boolean; readonly pending: number; readonly dropped: number } | null;
  readonly opcua: {
    readonly endpointUrl: string;
    readonly sessions: number;
    readonly subscriptions: number;
    readonly monitoredItems: number;
  } | null;
}

/** RFC 9457. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly correlationId: string;
  readonly remedy?: string;
  readonly outcome?: WriteOutcome;
  readonly findings?: readonly Finding[];
}
