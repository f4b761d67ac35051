import type { PlantResilience } from '@fieldwarden/config';
import type { ResilienceSettings } from '@fieldwarden/invoker';

/** As the plant says it → as the pipelines want it. The write retries only ever apply to idempotent writes. */
export function pipelineSettings(plant: PlantResilience): ResilienceSettings {
  const { capabilities, idempotentWriteRetries, breakerFailures, probeMs, maxProbeMs, bulkhead, writeWhileDemoted } =
    plant;
  return {
    calls: { ...capabilities, write: { ...capabilities.write, retries: idempotentWriteRetries } },
    bulkhead,
    breaker: { failures: breakerFailures, probeMs, maxProbeMs },
    writeWhileDemoted,
  };
}
