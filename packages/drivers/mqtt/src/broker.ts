import { GatewayError, type Timer } from '@fieldwarden/core';
import type { CallContext, DriverContext } from '@fieldwarden/driver';
import {
  linkDefaults,
  MqttLink,
  type IncomingMessage,
  type LinkState,
  type OutgoingMessage,
  type PublishFate,
} from '@fieldwarden/mqtt-link';
import type { MqttDeviceOptions, MqttOptions } from './options.js';
import { logUnlessUnreachable, Subscriptions } from './topics/subscriptions.js';
import { late, within } from './writing/within.js';

export interface BrokerOwner {
  /** The broker may deliver from now on; what came before the last connection may be old. */
  regained(): void;
  /** Every filter that is wanted stands, or was refused. */
  settled(): void;
  lost(error: GatewayError): void;
  message(message: IncomingMessage): void;
}

/** What the driver remembers of the broker's session. */
interface Remembered {
  readonly session: string;
  readonly filters: readonly string[];
}

/** By then the runtime has asked for all that it wants. */
const startMs = 10_000;

const clientIdKey = 'client-id';
const filtersKey = 'filters';

/** The broker of a driver: its connection, its session, and what is subscribed there. The only file that has a connection. */
export class Broker {
  readonly subscriptions: Subscriptions;
  readonly #context: DriverContext<MqttOptions, MqttDeviceOptions>;
  readonly #owner: BrokerOwner;
  #link: MqttLink | undefined;
  #clientId = '';
  #isConnected = false;
  #problem: string | undefined;
  #kept: readonly string[] = [];
  readonly #waiting = new Set<() => void>();
  #rememberTimer: Timer | undefined;
  #startTimer: Timer | undefined;

  constructor(context: DriverContext<MqttOptions, MqttDeviceOptions>, owner: BrokerOwner) {
    this.#context = context;
    this.#owner = owner;
    this.subscriptions = new Subscriptions({
      subscriber: {
        subscribe: async (asked) => await this.#connected().subscribe(asked),
        unsubscribe: async (filters) => await this.#connected().unsubscribe(filters),
      },
      qos: context.options.qos,
      logger: context.logger,
      changed: (filters) => this.#remember(filters),
    });
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  get room(): number {
    return this.#link?.room ?? 0;
  }

  /** Begins to connect. Rejects, kind `config`, for a URL that is none. */
  async open(): Promise<void> {
    const { options, clock, random, logger } = this.#context;
    const { url, version, username, password, tls, session } = options;
    this.#clientId = options.clientId ?? (await this.#ownClientId());
    this.#kept = await this.#remembered();
    const settings = {
      ...linkDefaults,
      url,
      version,
      clientId: this.#clientId,
      username,
      password,
      tls,
      cleanStart: !session.persistent,
      sessionExpirySeconds: session.persistent ? Math.ceil(session.expiryMs / 1_000) : 0,
    };
    this.#link = new MqttLink(
      settings,
      {
        stateChanged: (state) => this.#stateChanged(state),
        message: (message) => this.#received(message),
      },
      { clock, random, logger },
    );
    this.#link.start();
    this.#startTimer = clock.setTimer(() => {
      this.subscriptions.sparesSurplus = false;
      this.follow();
    }, startMs);
  }

  async close(): Promise<void> {
    this.#rememberTimer?.[Symbol.dispose]();
    this.#startTimer?.[Symbol.dispose]();
    this.#isConnected = false;
    this.#wake();
    await this.#link?.stop();
  }

  /** The connection is made anew. */
  reconnect(): void {
    this.#link?.reconnect('the connection is made anew, as asked');
  }

  /** Resolves when there is a connection. Rejects at once with kind `unreachable` while the broker is known to be away. */
  async ready(call: CallContext, signal: AbortSignal): Promise<void> {
    while (!this.#isConnected) {
      if (this.#problem !== undefined) throw unreachable(this.#problem);
      const change = new Promise<void>((resolve) => this.#waiting.add(resolve));
      if ((await within(change, call, this.#context.clock, signal)) === late)
        throw unreachable(`the broker ${this.#link?.broker ?? ''} has not answered yet`);
    }
  }

  publish(message: OutgoingMessage): Promise<PublishFate> {
    return new Promise((resolve) => this.#connected().publish(message, resolve));
  }

  /** A question that every broker answers and that changes nothing. */
  async ask(): Promise<void> {
    await this.#connected().unsubscribe([`fieldwarden/probe/${this.#clientId}`]);
  }

  /** Subscribes and unsubscribes what has changed, without waiting for it. */
  follow(): void {
    this.subscriptions.settle().catch(logUnlessUnreachable(this.#context.logger));
  }

  #connected(): MqttLink {
    if (this.#link && this.#isConnected) return this.#link;
    throw unreachable(this.#problem ?? 'there is no connection to the broker');
  }

  #stateChanged(state: LinkState): void {
    if (state.name === 'connected') return this.#begin(state.sessionPresent);
    const problem = state.name === 'stopped' ? undefined : state.problem?.message;
    if (problem !== undefined) this.#problem = problem;
    if (this.#isConnected) {
      this.#isConnected = false;
      this.subscriptions.disconnected();
      this.#owner.lost(unreachable(problem ?? 'the connection to the broker is lost'));
    }
    if (state.name === 'waiting') this.#context.logger.debug(`no connection to the broker: ${state.problem.message}`);
    this.#wake();
  }

  #begin(sessionPresent: boolean): void {
    this.#isConnected = true;
    this.#problem = undefined;
    this.subscriptions.connected(sessionPresent ? this.#kept : []);
    this.#owner.regained();
    this.#wake();
    this.subscriptions
      .settle()
      .then(() => this.#isConnected && this.#owner.settled())
      .catch(logUnlessUnreachable(this.#context.logger));
  }

  #received(message: IncomingMessage): void {
    this.#owner.message(message);
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }

  /** Another client with the same id would end this one's connections: it is drawn once, and kept. */
  async #ownClientId(): Promise<string> {
    const { storage, random, driverId } = this.#context;
    const kept = await storage.get(clientIdKey).catch(() => undefined);
    if (typeof kept === 'string') return kept;
    const drawn = Math.floor(random() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0');
    const clientId = `fieldwarden-${driverId}-${drawn}`;
    await storage.put(clientIdKey, clientId).catch((error: unknown) => {
      this.#context.logger.warn('the client id could not be kept: the next start has another, and no session', {
        error,
      });
    });
    return clientId;
  }

  get #session(): string {
    return `${this.#context.options.url} ${this.#clientId}`;
  }

  async #remembered(): Promise<readonly string[]> {
    const kept = (await this.#context.storage.get(filtersKey).catch(() => undefined)) as
      Partial<Remembered> | undefined;
    return kept?.session === this.#session ? (kept.filters ?? []) : [];
  }

  /** A session that outlives this process has these: what is not wanted any more is to be known then. */
  #remember(filters: readonly string[]): void {
    this.#kept = filters;
    if (!this.#context.options.session.persistent) return;
    // One write a second, whatever is subscribed meanwhile.
    this.#rememberTimer ??= this.#context.clock.setTimer(() => {
      this.#rememberTimer = undefined;
      const remembered = { session: this.#session, filters: [...this.#kept] };
      this.#context.storage.put(filtersKey, remembered).catch((error: unknown) => {
        this.#context.logger.warn('the filters that the broker has could not be kept', { error });
      });
    }, 1_000);
  }
}

function unreachable(message: string): GatewayError {
  return new GatewayError({ code: 'MQTT_BROKER_AWAY', kind: 'unreachable', message });
}
