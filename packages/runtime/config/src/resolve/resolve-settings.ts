import { capabilities, type Capability, type Tier } from '@fieldwarden/driver';
import type { MemorySettings, StabilitySettings } from '@fieldwarden/stability';
import type { ResilienceDocument, StabilityDocument, SupervisionDocument } from '../document/driver-schema.js';
import type { CapabilityResilience, PlantResilience, PlantSupervision } from './plant.js';
import {
  placeOf,
  resilienceDefaults,
  stabilityDefaults,
  supervisionDefaults,
  tierDefaults,
} from '../document/tier-defaults.js';

/** Where and for what the defaults are looked up. */
export interface ResilienceContext {
  readonly tier: Tier;
  readonly deviceCount: number;
}

/** What is written, over the defaults of the tier (SPEC §5.3). */
export function resolveResilience(
  written: ResilienceDocument | undefined,
  { tier, deviceCount }: ResilienceContext,
): PlantResilience {
  const defaults = tierDefaults[tier];
  const probeMs = written?.breaker?.probeMs ?? resilienceDefaults.probeMs;
  return {
    capabilities: resolveCapabilities(written, tier),
    idempotentWriteRetries: written?.write?.retries ?? defaults.read.retries,
    breakerFailures: writtenOr(
      written?.breaker?.failures,
      deviceCount > 1 ? defaults.breakerFailuresOfMany : defaults.breakerFailures,
    ),
    probeMs,
    maxProbeMs: written?.breaker?.maxProbeMs ?? Math.max(resilienceDefaults.maxProbeMs, probeMs),
    bulkhead: { ...resilienceDefaults.bulkhead, ...written?.bulkhead },
    writeWhileDemoted: written?.writeWhileDemoted ?? resilienceDefaults.writeWhileDemoted,
  };
}

function resolveCapabilities(written: ResilienceDocument | undefined, tier: Tier): PlantResilience['capabilities'] {
  const resolved = capabilities.map((capability) => [capability, resolveCapability(capability, written, tier)]);
  return Object.fromEntries(resolved) as Record<Capability, CapabilityResilience>;
}

function resolveCapability(
  capability: Capability,
  written: ResilienceDocument | undefined,
  tier: Tier,
): CapabilityResilience {
  const { group, field } = placeOf[capability];
  const defaults = tierDefaults[tier][group];
  const own: Partial<CapabilityResilience> | undefined = written?.[field];
  // SPEC §5.4: what acts on a device is not repeated, whatever is written.
  const retries = group === 'write' ? 0 : (own?.retries ?? defaults.retries);
  return { timeoutMs: own?.timeoutMs ?? defaults.timeoutMs, retries };
}

/** Null is a written value here: "never". */
function writtenOr<T>(written: T | undefined, otherwise: T): T {
  return written === undefined ? otherwise : written;
}

/**
 * What is written, over the defaults of SPEC §4. Where only a shorter limit is written, the shorter intervals that it asks for
 * follow in the same proportions, so that `hangKillMs: 500` alone is a working setting.
 */
export function resolveSupervision(written: SupervisionDocument | undefined): PlantSupervision {
  const defaults = supervisionDefaults;
  const hangKillMs = written?.hangKillMs ?? defaults.hangKillMs;
  const suspectMs = written?.suspectMs ?? Math.min(defaults.suspectMs, Math.round(0.3 * hangKillMs));
  const initialMs = written?.backoff?.initialMs ?? defaults.backoff.initialMs;
  return {
    pingMs: written?.pingMs ?? Math.min(defaults.pingMs, Math.round(suspectMs / 3)),
    suspectMs,
    hangKillMs,
    startBudgetMs: written?.startBudgetMs ?? defaults.startBudgetMs,
    drainMs: written?.drainMs ?? defaults.drainMs,
    backoff: {
      initialMs,
      maxMs: written?.backoff?.maxMs ?? Math.max(defaults.backoff.maxMs, initialMs),
      jitter: written?.backoff?.jitter ?? defaults.backoff.jitter,
      // Who asks for a pause has a device that needs it, after the first crash too.
      firstAtOnce: written?.backoff?.initialMs === undefined && defaults.backoff.firstAtOnce,
    },
    crashLoop: { ...defaults.crashLoop, ...written?.crashLoop },
    overlap: written?.overlap ?? defaults.overlap,
  };
}

/** What is written, over the defaults of the tier (SPEC §6). */
export function resolveStability(written: StabilityDocument | undefined, tier: Tier): StabilitySettings {
  const { recycle, wedge } = stabilityDefaults;
  return {
    memory: resolveMemory(written?.memory, tier),
    recycle: written?.recycle ? { ...recycle, ...written.recycle } : null,
    wedge: { ...wedge, ...written?.wedge },
  };
}

export function resolveMemory(written: StabilityDocument['memory'], tier: Tier): MemorySettings {
  return { ...stabilityDefaults.memory, ...tierDefaults[tier].memory, ...written };
}
