import type { Service } from '@fieldwarden/admin-contract';
import { GatewayError } from '@fieldwarden/core';
import type { WriteOrigin } from '@fieldwarden/gateway-contract';
import type { ServiceControl } from '../control/service-control.js';

const opcua: Service = {
  id: 'opcua',
  type: 'opcua',
  isolation: 'host',
  state: 'Healthy',
  reason: null,
  pid: 4_711,
  spawn: 1,
  upMs: 60_000,
  restarts: 0,
  crashLoop: 'closed',
  nextAttemptAt: null,
  lastCause: null,
  lastError: null,
  memoryBytes: 90_000_000,
  cpuPercent: 1.5,
  conflatedValues: 0,
  url: 'opc.tcp://127.0.0.1:4840/fieldwarden',
  detail: { sessions: 2 },
};

/** Services that a test sets, and what was asked of them. */
export class FakeServiceControl implements ServiceControl {
  services: readonly Service[] = [opcua];
  readonly restarts: string[] = [];
  readonly requests: {
    readonly id: string;
    readonly name: string;
    readonly body: unknown;
    readonly origin: WriteOrigin;
  }[] = [];
  /** Settles a restart. */
  whenRestarted: () => Promise<void> = () => Promise.resolve();

  list(): readonly Service[] {
    return this.services;
  }

  get(id: string): Service | undefined {
    return this.services.find((service) => service.id === id);
  }

  async restart(id: string): Promise<Service> {
    this.restarts.push(id);
    await this.whenRestarted();
    return this.get(id)!;
  }

  async request(id: string, name: string, body: unknown, origin: WriteOrigin): Promise<unknown> {
    this.requests.push({ id, name, body, origin });
    if (name === 'purge') return await Promise.resolve({ purged: 3 });
    throw new GatewayError({ code: 'REQUEST_UNKNOWN', kind: 'unsupported', message: `${id} knows no request ${name}` });
  }
}
