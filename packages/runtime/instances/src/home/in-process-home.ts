import { GatewayError, toGatewayError, type Clock, type Logger } from '@fieldwarden/core';
import type { DriverDefinition, DriverSession } from '@fieldwarden/driver';
import { ScopedLogger, SessionInvoker } from '@fieldwarden/invoker';
import type { DriverSettings } from '../driver-settings.js';
import { noProcess, type HomeFacts, type HomeListener, type HomePhase, type SessionHome } from './session-home.js';

/** A session in the gateway's own process: tiers A and B unless the plant says otherwise. */
export class InProcessHome implements SessionHome {
  readonly isolation = 'in-process';
  readonly #definition: DriverDefinition;
  readonly #driver: DriverSettings;
  readonly #listener: HomeListener;
  readonly #deps: { clock: Clock; logger: Logger; random: () => number };
  readonly #services: SessionInvoker;
  #session: DriverSession | undefined;
  #phase: HomePhase = { type: 'stopped' };
  #readySinceMs: number | null = null;
  #opening = new AbortController();

  constructor(
    definition: DriverDefinition,
    driver: DriverSettings,
    listener: HomeListener,
    deps: { clock: Clock; logger: Logger; random: () => number },
  ) {
    this.#definition = definition;
    this.#driver = driver;
    this.#listener = listener;
    this.#deps = deps;
    this.#services = new SessionInvoker({ driverId: driver.id, session: () => this.#session, ...deps });
  }

  get session(): DriverSession | undefined {
    return this.#phase.type === 'ready' ? this.#session : undefined;
  }

  get phase(): HomePhase {
    return this.#phase;
  }

  get facts(): HomeFacts {
    const upMs = this.#readySinceMs === null ? null : this.#deps.clock.monotonicMs() - this.#readySinceMs;
    return { ...noProcess, upMs, memoryBytes: this.#services.memoryFootprint() };
  }

  async start(): Promise<void> {
    if (this.#session) return;
    this.#enter({ type: 'starting' });
    try {
      const { id, options, devices } = this.#driver;
      const logger = new ScopedLogger(this.#deps.logger);
      this.#session = this.#definition.create({ driverId: id, options, devices, ...this.#deps, logger });
      this.#opening = new AbortController();
      await this.#session.open?.(this.#opening.signal);
      if (this.#opening.signal.aborted) return;
      this.#readySinceMs = this.#deps.clock.monotonicMs();
      this.#enter({ type: 'ready' });
      this.#listener.ready();
    } catch (thrown) {
      await this.#close();
      if (!this.#opening.signal.aborted) this.#enter({ type: 'failed', error: toGatewayError(thrown) });
    }
  }

  configure(): void {
    // Supervision is for Hosts.
  }

  async stop(): Promise<void> {
    this.#opening.abort();
    this.#enter({ type: 'stopped' });
    await this.#close();
  }

  recycle(): Promise<void> {
    return Promise.reject(notIsolated(this.#driver.id));
  }

  requestGc(): void {
    // The gateway's own collector needs no asking.
  }

  giveUp(error: GatewayError): void {
    this.#enter({ type: 'failed', error });
    void this.#close();
  }

  async reset(): Promise<void> {
    if (this.#phase.type === 'failed') await this.start();
  }

  async #close(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    this.#readySinceMs = null;
    try {
      await session?.close();
    } catch (error) {
      this.#deps.logger.error(`closing the session failed: ${toGatewayError(error).message}`);
    }
  }

  #enter(phase: HomePhase): void {
    this.#phase = phase;
    this.#listener.phaseChanged();
  }
}

function notIsolated(driverId: string): GatewayError {
  return new GatewayError({
    code: 'NOT_ISOLATED',
    kind: 'config',
    message: `driver ${driverId} runs in the gateway's process and cannot be recycled; promote it to a Host first: fieldwarden promote ${driverId}`,
  });
}
