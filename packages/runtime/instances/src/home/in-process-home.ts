import { GatewayError, toGatewayError, type Clock, type Logger } from '@fieldwarden/core';
import type { DriverDefinition, DriverSession } from '@fieldwarden/driver';
import type { DriverFolders, OpenBelongings } from '@fieldwarden/belongings';
import { ScopedLogger, SessionInvoker, type SessionSlot } from '@fieldwarden/invoker';
import type { DriverSettings } from '../driver-settings.js';
import { noProcess, type HomeFacts, type HomeListener, type HomePhase, type SessionHome } from './session-home.js';

export interface InProcessHomeDependencies {
  /** Where the driver keeps what outlives its sessions. */
  readonly folders: DriverFolders;
  readonly openBelongings: OpenBelongings;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
}

/** A session in the gateway's own process: tiers A and B unless the plant says otherwise. */
export class InProcessHome implements SessionHome {
  readonly isolation = 'in-process';
  readonly #definition: DriverDefinition;
  #driver: DriverSettings;
  readonly #listener: HomeListener;
  readonly #deps: InProcessHomeDependencies;
  readonly #services: SessionInvoker;
  /** Also while it is being opened. */
  readonly #made: SessionSlot = { current: undefined };
  #phase: HomePhase = { type: 'stopped' };
  #readySinceMs: number | null = null;
  #opening = new AbortController();

  constructor(
    definition: DriverDefinition,
    driver: DriverSettings,
    listener: HomeListener,
    deps: InProcessHomeDependencies,
  ) {
    this.#definition = definition;
    this.#driver = driver;
    this.#listener = listener;
    this.#deps = deps;
    this.#services = new SessionInvoker({
      driverId: driver.id,
      session: this.#made,
      clock: deps.clock,
      logger: deps.logger,
    });
  }

  get session(): DriverSession | undefined {
    return this.#phase.type === 'ready' ? this.#made.current : undefined;
  }

  get phase(): HomePhase {
    return this.#phase;
  }

  get facts(): HomeFacts {
    const upMs = this.#readySinceMs === null ? null : this.#deps.clock.monotonicMs() - this.#readySinceMs;
    return { ...noProcess, upMs, memoryBytes: this.#services.memoryFootprint() };
  }

  async start(): Promise<void> {
    if (this.#made.current || this.#phase.type === 'starting') return;
    this.#enter({ type: 'starting' });
    const opening = (this.#opening = new AbortController());
    try {
      const session = await this.#makeSession();
      if (opening.signal.aborted) return await session.close();
      this.#made.current = session;
      await session.open?.(opening.signal);
      if (opening.signal.aborted) return;
      this.#readySinceMs = this.#deps.clock.monotonicMs();
      this.#enter({ type: 'ready' });
      this.#listener.ready();
    } catch (thrown) {
      // Whoever stopped it has closed it, too; the present session may be another one by now.
      if (opening.signal.aborted) return;
      await this.#close();
      if (!opening.signal.aborted) this.#enter({ type: 'failed', error: toGatewayError(thrown) });
    }
  }

  /** The next session is made of it; one that runs is told of devices by others, and supervision is for Hosts. */
  configure(driver: DriverSettings): void {
    this.#driver = driver;
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

  async #makeSession(): Promise<DriverSession> {
    const { id, options, devices } = this.#driver;
    const { folders, openBelongings, clock, random } = this.#deps;
    const logger = new ScopedLogger(this.#deps.logger);
    const belongings = await openBelongings(folders, logger);
    return this.#definition.create({ driverId: id, options, devices, clock, random, logger, ...belongings });
  }

  async #close(): Promise<void> {
    const session = this.#made.current;
    this.#made.current = undefined;
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
