import { capabilities, type Capability } from '@fieldwarden/driver';

/** How one capability of one driver instance is called. SPEC §5.3. */
export interface CallSettings {
  /** Total time for the call with all its retries, milliseconds. */
  readonly timeoutMs: number;
  /** Further attempts after the first; never applied to writes of tags that are not `writeIdempotent`, to acknowledgements and methods. */
  readonly retries: number;
}

/** The pipeline of every device of one driver instance, defaults filled. */
export interface ResilienceSettings {
  readonly calls: Readonly<Record<Capability, CallSettings>>;
  readonly bulkhead: { readonly concurrent: number; readonly queued: number };
  readonly breaker: {
    /** Consecutive failures that demote the device; null = never. */
    readonly failures: number | null;
    /** First interval between probes of a demoted device, milliseconds; doubles up to `maxProbeMs`. */
    readonly probeMs: number;
    readonly maxProbeMs: number;
  };
  readonly writeWhileDemoted: 'refuse' | 'try';
}

/** The same settings for every capability. */
export function uniformCalls(settings: CallSettings): ResilienceSettings['calls'] {
  const calls = Object.fromEntries(capabilities.map((capability) => [capability, settings]));
  return calls as Record<Capability, CallSettings>;
}
