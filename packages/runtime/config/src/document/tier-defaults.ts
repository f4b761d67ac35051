import type { Capability, Tier } from '@fieldwarden/driver';
import type { MemorySettings, RecycleSettings, WedgeSettings } from '@fieldwarden/stability';
import { minuteMs } from './fields.js';
import type { CapabilityResilience, PlantSupervision } from '../resolve/plant.js';

/** Capabilities that share a row of SPEC §5.3. */
export type CapabilityGroup = 'read' | 'write' | 'history';

/** What a capability has in common with others: its defaults, and the name under which a plant says otherwise. */
export interface CapabilityPlace {
  readonly group: CapabilityGroup;
  /** Field of `resilience:`. */
  readonly field:
    | 'read'
    | 'discover'
    | 'probe'
    | 'subscribe'
    | 'subscribeAlarms'
    | 'write'
    | 'acknowledge'
    | 'callMethod'
    | 'history';
}

export const placeOf: Readonly<Record<Capability, CapabilityPlace>> = {
  discover:          { group: 'read',    field: 'discover' },
  read:              { group: 'read',    field: 'read' },
  probe:             { group: 'read',    field: 'probe' },
  subscribe:         { group: 'read',    field: 'subscribe' },
  unsubscribe:       { group: 'read',    field: 'subscribe' },
  subscribeAlarms:   { group: 'read',    field: 'subscribeAlarms' },
  unsubscribeAlarms: { group: 'read',    field: 'subscribeAlarms' },
  write:             { group: 'write',   field: 'write' },
  acknowledge:       { group: 'write',   field: 'acknowledge' },
  callMethod:        { group: 'write',   field: 'callMethod' },
  readRaw:           { group: 'history', field: 'history' },
  readProcessed:     { group: 'history', field: 'history' },
  readAtTime:        { group: 'history', field: 'history' },
  readEvents:        { group: 'history', field: 'history' },
}; // prettier-ignore

interface TierDefaults extends Readonly<Record<CapabilityGroup, CapabilityResilience>> {
  /** Of a driver with one device; null = never. */
  readonly breakerFailures: number | null;
  /** Of a driver with several devices: one dead device must not be asked for ever in front of its siblings. */
  readonly breakerFailuresOfMany: number;
  readonly isolation: 'in-process' | 'host';
  readonly memory: Pick<MemorySettings, 'multiplier' | 'floorBytes'>;
}

const mebibyte = 1_048_576;

/** SPEC §5.3, §3.4 and §6.1, as a table. */
export const tierDefaults: Readonly<Record<Tier, TierDefaults>> = {
  A: {
    read: { timeoutMs: 2_000, retries: 3 },
    write: { timeoutMs: 2_000, retries: 0 },
    history: { timeoutMs: 30_000, retries: 2 },
    breakerFailures: 5,
    breakerFailuresOfMany: 5,
    isolation: 'in-process',
    memory: { multiplier: 3, floorBytes: 50 * mebibyte },
  },
  B: {
    read: { timeoutMs: 4_000, retries: 3 },
    write: { timeoutMs: 4_000, retries: 0 },
    history: { timeoutMs: 30_000, retries: 2 },
    breakerFailures: 5,
    breakerFailuresOfMany: 5,
    isolation: 'in-process',
    memory: { multiplier: 3, floorBytes: 100 * mebibyte },
  },
  C: {
    read: { timeoutMs: 10_000, retries: 1 },
    write: { timeoutMs: 10_000, retries: 0 },
    history: { timeoutMs: 30_000, retries: 1 },
    breakerFailures: null,
    breakerFailuresOfMany: 5,
    isolation: 'host',
    memory: { multiplier: 2, floorBytes: 500 * mebibyte },
  },
};

/** The same for every tier (SPEC §5.3, §5.5). */
export const resilienceDefaults = {
  bulkhead: { concurrent: 8, queued: 128 },
  probeMs: 5_000,
  maxProbeMs: 60_000,
  writeWhileDemoted: 'refuse',
} as const;

/** SPEC §4.2 to §4.5, §4.7. */
export const supervisionDefaults: PlantSupervision = {
  pingMs: 1_000,
  suspectMs: 3_000,
  hangKillMs: 15_000,
  startBudgetMs: 60_000,
  drainMs: 10_000,
  backoff: { initialMs: 250, maxMs: 60_000, jitter: 0.2, firstAtOnce: true },
  crashLoop: { crashes: 5, windowMs: 300_000 },
  overlap: false,
};

/** SPEC §6, what is the same for every tier. */
export const stabilityDefaults = {
  memory: { sampleMs: 5_000, baselineWindowMs: 5 * minuteMs, recycleOnSoft: false, capBytes: null },
  recycle: { timeZone: 'UTC', splayMs: 5 * minuteMs },
  wedge: { thresholdMs: minuteMs },
} as const satisfies {
  memory: Partial<MemorySettings>;
  recycle: Partial<RecycleSettings>;
  wedge: WedgeSettings;
};
