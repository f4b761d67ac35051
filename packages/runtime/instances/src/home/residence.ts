import { GatewayError, statusCodes, type Clock, type Logger } from '@fieldwarden/core';
import type { DriverDefinition, DriverSession } from '@fieldwarden/driver';
import type { DriverFolders, OpenBelongings } from '@fieldwarden/belongings';
import type { SessionSlot } from '@fieldwarden/invoker';
import { forgiven, type HostHistory, type StopCause } from '@fieldwarden/supervisor';
import type { DriverSettings } from '../driver-settings.js';
import { HostHome, type HostMaker } from './host-home.js';
import { InProcessHome } from './in-process-home.js';
import type { HomeFacts, HomeListener, HomePhase, Isolation, RecycleCause, SessionHome } from './session-home.js';

export interface ResidenceDependencies {
  readonly supervisor: HostMaker;
  /** Where the driver keeps what outlives its sessions. */
  readonly folders: DriverFolders;
  readonly openBelongings: OpenBelongings;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  /** Holds the session that is to be called now. */
  readonly session: SessionSlot;
  /** Number of the configuration that the driver runs on. */
  readonly generation: () => number | null;
}

/** What a residence tells besides what its present home tells. */
export interface ResidenceListener extends HomeListener {
  /** The session is about to be replaced: ask it nothing more. Values stay as they are. */
  leaving(): void;
}

/**
 * Where a driver lives, over all its moves: in this process, in a Host, or from one Host to the next. Only the present home is
 * listened to; what an old one says on its way out concerns nobody.
 */
export class Residence {
  readonly #definition: DriverDefinition;
  #driver: DriverSettings;
  readonly #listener: ResidenceListener;
  readonly #deps: ResidenceDependencies;
  #home: SessionHome;
  #recycles = 0;
  #lastRecycleAtMs: number | null = null;
  /** Why the last process of an earlier home ended. */
  #lastCause: string | null = null;
  /** Of the last Host, also while the driver lives in-process. */
  #history: HostHistory | undefined;
  /** The old session is closing, the new one must not connect yet. */
  #betweenHomes = false;
  /** So many renewals are to come: the present session was made for another configuration. */
  #renewals = 0;
  /** It runs, and will again once they are done. */
  #runsOn = false;

  constructor(
    definition: DriverDefinition,
    driver: DriverSettings,
    listener: ResidenceListener,
    deps: ResidenceDependencies,
  ) {
    this.#definition = definition;
    this.#driver = driver;
    this.#listener = listener;
    this.#deps = deps;
    this.#home = this.#build(driver.isolation, undefined);
  }

  get isolation(): Isolation {
    return this.#home.isolation;
  }

  get session(): DriverSession | undefined {
    return this.#deps.session.current;
  }

  get phase(): HomePhase {
    return this.#renewals > 0 && this.#runsOn ? { type: 'recovering', error: renewing() } : this.#home.phase;
  }

  /** A start is under way that can be interrupted. */
  get isStarting(): boolean {
    return this.#home.phase.type === 'starting';
  }

  /** It does not run because of what it was given, and is not tried again by itself. */
  get isRefused(): boolean {
    const { phase } = this.#home;
    if (phase.type !== 'failed') return false;
    return this.#home.isolation === 'host' ? this.facts.lastCause === 'refused' : phase.error.kind === 'config';
  }

  get facts(): HomeFacts {
    const lastRecycleAtMs = this.#lastRecycleAtMs;
    const own = this.#home.facts;
    const facts = { ...own, lastCause: own.lastCause ?? this.#lastCause };
    if (this.#home.isolation === 'host')
      return { ...facts, recycles: facts.recycles + this.#recycles, lastRecycleAtMs };
    const { crash = 0, recycle = 0 } = this.#history?.restarts ?? {};
    return { ...facts, crashes: crash, recycles: recycle + this.#recycles, lastRecycleAtMs };
  }

  async start(): Promise<void> {
    await this.#home.start();
  }

  async stop(cause?: StopCause): Promise<void> {
    await this.#home.stop(cause);
  }

  /** Takes effect at once as far as the running session allows; the next one is made of it. */
  configure(driver: DriverSettings): void {
    this.#driver = driver;
    this.#home.configure(driver);
  }

  /** From now on nobody gets at the present session; `renew` must follow. */
  outdate(): void {
    this.#renewals += 1;
    this.#runsOn = this.#home.phase.type !== 'stopped';
    this.#offerSession();
  }

  /**
   * Ends the session and makes one as the driver is configured now, which runs if it shall. A Host's crashes were those of another
   * configuration: they are forgiven.
   */
  async renew(isolation: Isolation, { run }: { readonly run: boolean }): Promise<void> {
    const previous = this.#home;
    this.#runsOn &&= run;
    await previous.stop('configuration');
    this.#renewals -= 1;
    this.#moveInto(this.#build(isolation, previous, forgiven));
    if (run) await this.#home.start();
    this.#listener.phaseChanged();
  }

  async reset(): Promise<void> {
    await this.#home.reset();
  }

  requestGc(): void {
    this.#home.requestGc();
  }

  giveUp(error: GatewayError): void {
    this.#home.giveUp(error);
  }

  /**
   * Moves the running driver to the other kind of home. The new session is ready before the old one closes; if it does not get
   * ready, the old one goes on serving and this rejects with the reason. A driver that does not run only changes where it will start.
   */
  async move(isolation: Isolation): Promise<void> {
    if (this.#home.isolation === isolation) return;
    if (this.#home.phase.type === 'ready') await this.#replace(isolation, 'promotion');
    else await this.#relocate(isolation);
  }

  /** A planned restart of a Host (SPEC §4.7): drain, stop, start; or, where the driver overlaps, the successor first. */
  async recycle(cause: RecycleCause): Promise<void> {
    const overlaps = this.#home.isolation === 'host' && this.#driver.supervision.overlap;
    if (overlaps && this.#home.phase.type === 'ready') {
      await this.#replace('host', cause);
      this.#recycles += 1;
    } else {
      await this.#home.recycle(cause);
      if (cause === 'operator') this.#recycles += 1; // the Host itself counts that as a restart by its operator
    }
    this.#lastRecycleAtMs = this.#deps.clock.wallMs();
  }

  async #replace(isolation: Isolation, cause: RecycleCause): Promise<void> {
    const previous = this.#home;
    const next = this.#build(isolation, previous);
    await next.start();
    if (next.phase.type !== 'ready') {
      const { phase } = next;
      await next.stop();
      throw this.#notReady(cause, 'error' in phase ? phase.error : undefined);
    }
    await this.#settleInto(next, previous);
  }

  /** Two connections at a time only where the driver may have them; else the old one closes first, which costs one connect. */
  async #settleInto(next: SessionHome, previous: SessionHome): Promise<void> {
    const overlaps = this.#driver.supervision.overlap;
    this.#listener.leaving();
    this.#betweenHomes = !overlaps;
    this.#moveInto(next);
    if (overlaps) {
      this.#listener.ready();
      await previous.stop();
    } else {
      await previous.stop();
      this.#betweenHomes = false;
      this.#offerSession();
      this.#listener.ready();
    }
    this.#listener.phaseChanged();
  }

  async #relocate(isolation: Isolation): Promise<void> {
    const previous = this.#home;
    const wanted = previous.phase.type !== 'stopped';
    this.#moveInto(this.#build(isolation, previous));
    await previous.stop();
    if (wanted) await this.#home.start();
    this.#listener.phaseChanged();
  }

  #build(isolation: Isolation, previous: SessionHome | undefined, credit = asItWas): SessionHome {
    const { supervisor, folders, openBelongings, clock, random, logger, generation } = this.#deps;
    const listener: HomeListener = {
      ready: () => this.#whenAtHome(home, () => this.#listener.ready()),
      lost: (loss) => this.#whenAtHome(home, () => this.#listener.lost(loss)),
      phaseChanged: () => this.#whenAtHome(home, () => this.#listener.phaseChanged()),
    };
    if (previous instanceof HostHome) this.#history = previous.history;
    this.#lastCause = previous?.facts.lastCause ?? this.#lastCause;
    const history = this.#history && credit(this.#history);
    const home: SessionHome =
      isolation === 'host'
        ? new HostHome(this.#definition, this.#driver, listener, { supervisor, folders, history, generation })
        : new InProcessHome(this.#definition, this.#driver, listener, {
            folders,
            openBelongings,
            clock,
            random,
            logger,
          });
    return home;
  }

  #whenAtHome(home: SessionHome, tell: () => void): void {
    if (this.#home !== home) return;
    this.#offerSession();
    tell();
  }

  #moveInto(home: SessionHome): void {
    this.#home = home;
    this.#offerSession();
  }

  /** In the tick in which anything changes on which it depends whom calls go to. */
  #offerSession(): void {
    const isReachable = !this.#betweenHomes && this.#renewals === 0;
    this.#deps.session.current = isReachable ? this.#home.session : undefined;
  }

  #notReady(cause: RecycleCause, reason: GatewayError | undefined): GatewayError {
    return new GatewayError({
      code: 'SUCCESSOR_NOT_READY',
      kind: 'host-lost',
      message: `${cause} of driver ${this.#driver.id}: the new session did not become ready, the old one goes on${reason ? `: ${reason.message}` : ''}`,
      cause: reason,
    });
  }
}

function renewing(): GatewayError {
  const message = 'the session is made anew for another configuration';
  return new GatewayError({ code: 'SESSION_RENEWED', kind: 'host-lost', message, status: statusCodes.BadOutOfService });
}

const asItWas = (history: HostHistory): HostHistory => history;
