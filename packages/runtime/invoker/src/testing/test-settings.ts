import { uniformCalls, type ResilienceSettings } from '../status/resilience-settings.js';

/** Small figures for tests: 1 s, 3 retries, 2 at a time, 2 waiting, demoted after 3. */
export function testSettings(overrides: Partial<ResilienceSettings> = {}): ResilienceSettings {
  return {
    calls: uniformCalls({ timeoutMs: 1_000, retries: 3 }),
    bulkhead: { concurrent: 2, queued: 2 },
    breaker: { failures: 3, probeMs: 100, maxProbeMs: 400 },
    writeWhileDemoted: 'refuse',
    ...overrides,
  };
}
