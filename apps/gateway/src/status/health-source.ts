import { errorReport, serviceError } from '@fieldwarden/admin-api/views';
import type { DriverInstance } from '@fieldwarden/instances';
import type { DriverHealth, GatewayHealth, HealthView, Metrics, ServiceHealthRow } from '@fieldwarden/observe';
import type { RunningServices } from '@fieldwarden/services';
import type { GatewayConcerns } from '../process/gateway-concerns.js';
import type { ConfigurationFacts } from './gateway-facts.js';
import { version } from '../version.js';

export interface HealthDependencies {
  readonly instances: ReadonlyMap<string, DriverInstance>;
  readonly services: Pick<RunningServices, 'facts' | 'configured'>;
  readonly metrics: Metrics;
  readonly uptimeMs: () => number;
  readonly concerns: Pick<GatewayConcerns, 'list'>;
  readonly configuration: { facts(): ConfigurationFacts };
}

/** What the health port answers from: memory only, so that it answers while a Host, a disk or a server is stuck. */
export class HealthSource implements HealthView {
  readonly metricsContentType: string;
  readonly #deps: HealthDependencies;
  #started = false;

  constructor(deps: HealthDependencies) {
    this.#deps = deps;
    this.metricsContentType = deps.metrics.contentType;
  }

  /** All ports answer. */
  markStarted(): void {
    this.#started = true;
  }

  gateway(): GatewayHealth {
    const { generation, usingStaleConfig, authorityReachable } = this.#deps.configuration.facts();
    return {
      started: this.#started,
      uptimeSeconds: Math.round(this.#deps.uptimeMs() / 1000),
      configDbReachable: authorityReachable,
      usingStaleConfig,
      generation,
      version,
      concerns: this.#deps.concerns.list(),
    };
  }

  drivers(): readonly DriverHealth[] {
    return [...this.#deps.instances.values()].map(({ id, definition: { type }, state, lastError }) => ({
      id,
      type,
      state,
      lastError: errorReport(lastError),
    }));
  }

  services(): readonly ServiceHealthRow[] {
    const { services } = this.#deps;
    const critical = new Set(services.configured.filter((service) => service.critical).map(({ id }) => id));
    return services.facts().map(({ id, state, lastError }) => ({
      id,
      state,
      lastError: lastError && serviceError(lastError),
      critical: critical.has(id),
    }));
  }

  metrics(): Promise<string> {
    return this.#deps.metrics.text();
  }
}
