import type { PlantDevice, PlantDriver } from '@fieldwarden/config';
import type { PlantTag } from '@fieldwarden/gateway-contract';
import { uniformCalls } from '@fieldwarden/invoker';

/** A float64 that is read every second. */
export function labTag(path: string, more: Partial<PlantTag> = {}): PlantTag {
  return {
    path,
    address: path.toUpperCase(),
    options: undefined,
    type: { scalar: 'float64' },
    scanMs: 1_000,
    access: 'read-write',
    scaling: undefined,
    notAvailable: undefined,
    unit: undefined,
    deadband: undefined,
    description: undefined,
    limits: undefined,
    range: undefined,
    writeIdempotent: false,
    writeNonFinite: false,
    verify: false,
    publish: true,
    history: undefined,
    ...more,
  };
}

export function labDevice(id: string, ...tags: readonly (string | PlantTag)[]): PlantDevice {
  return { id, options: {}, tags: tags.map((tag) => (typeof tag === 'string' ? labTag(tag) : tag)) };
}

/** Driver `lab` with one device `d1` and one tag `a`: calls end after 900 ms, two failures demote, no memory is watched. */
export function labPlant(more: Partial<PlantDriver> = {}): PlantDriver {
  return {
    id: 'lab',
    type: 'lab',
    tier: 'A',
    isolation: 'in-process',
    enabled: true,
    options: {},
    devices: [labDevice('d1', 'a')],
    resilience: {
      capabilities: uniformCalls({ timeoutMs: 900, retries: 0 }),
      idempotentWriteRetries: 0,
      breakerFailures: 2,
      probeMs: 5_000,
      maxProbeMs: 60_000,
      bulkhead: { concurrent: 1, queued: 4 },
      writeWhileDemoted: 'refuse',
    },
    supervision: {
      pingMs: 1_000,
      suspectMs: 3_000,
      hangKillMs: 15_000,
      startBudgetMs: 60_000,
      drainMs: 10_000,
      backoff: { initialMs: 250, maxMs: 60_000, jitter: 0.2, firstAtOnce: true },
      crashLoop: { crashes: 5, windowMs: 300_000 },
      overlap: false,
    },
    stability: {
      memory: {
        sampleMs: 3_600_000,
        baselineWindowMs: 3_600_000,
        multiplier: 3,
        floorBytes: 50_000_000,
        recycleOnSoft: false,
        capBytes: null,
      },
      recycle: null,
      wedge: { thresholdMs: 20_000 },
    },
    ...more,
  };
}
