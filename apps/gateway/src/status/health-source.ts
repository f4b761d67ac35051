import type { DriverInstance } from '@fieldwarden/instances';
import type { DriverHealth, GatewayHealth, HealthView, Metrics } from '@fieldwarden/observe';
import { errorReport } from './driver-view.js';
import type { ConfigurationFacts } from './gateway-facts.js';
import { version } from '../version.js';

/** What the health port answers from: memory only, so that it answers while a Host, a disk or a server is stuck. */
export class HealthSource implements HealthView {
  readonly metricsContentType: string;
  readonly #parts: {
    readonly instances: ReadonlyMap<string, DriverInstance>;
    readonly metrics: Metrics;
    readonly started: () => boolean;
    readonly uptimeMs: () => number;
    readonly configuration: () => ConfigurationFacts;
  };

  constructor(parts: {
    readonly instances: ReadonlyMap<string, DriverInstance>;
    readonly metrics: Metrics;
    readonly started: () => boolean;
    readonly uptimeMs: () => number;
    readonly configuration: () => ConfigurationFacts;
  }) {
    this.#parts = parts;
    this.metricsContentType = parts.metrics.contentType;
  }

  gateway(): GatewayHealth {
    const { generation, usingStaleConfig, authorityReachable } = this.#parts.configuration();
    return {
      started: this.#parts.started(),
      uptimeSeconds: Math.round(this.#parts.uptimeMs() / 1000),
      configDbReachable: authorityReachable,
      usingStaleConfig,
      generation,
      version,
    };
  }

  drivers(): readonly DriverHealth[] {
    return [...this.#parts.instances.values()].map(({ id, definition: { type }, state, lastError }) => ({
      id,
      type,
      state,
      lastError: errorReport(lastError),
    }));
  }

  metrics(): Promise<string> {
    return this.#parts.metrics.text();
  }
}
