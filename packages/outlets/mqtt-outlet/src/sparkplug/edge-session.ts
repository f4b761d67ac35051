import { delay, messageOf, type Clock, type Logger, type Timer } from '@fieldwarden/core';
import type { IncomingMessage, LinkState, MqttLink, OutgoingMessage, PublishFate, Will } from '@fieldwarden/mqtt-link';
import type { EdgeAction, EdgeDefinitions, EdgeNode } from '@fieldwarden/sparkplug';
import type { ChangeLog } from './change-log.js';
import type { EdgeCommands, EdgeWrite } from './edge-commands.js';
import type { KeptHistory } from './kept-history.js';
import type { UnconfirmedChanges } from './unconfirmed-changes.js';

export interface EdgeSessionDependencies {
  readonly node: EdgeNode;
  readonly link: Pick<MqttLink, 'publish' | 'subscribe' | 'reconnect' | 'room'>;
  readonly changes: ChangeLog;
  readonly history: KeptHistory;
  readonly unconfirmed: UnconfirmedChanges;
  readonly commands: Pick<EdgeCommands, 'write' | 'refused' | 'isListening'>;
  /** On the disk when it resolves. */
  readonly keepBdSeq: (bdSeq: number) => Promise<void>;
  /** Something that people have to know. */
  readonly tell: (message: string) => void;
  /** The broker has it. */
  readonly onAcknowledged: (message: OutgoingMessage) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Packet, topic and properties around a payload. */
const packetBytes = 512;
/** How long the broker has to take the death of a node whose primary host went offline. */
const deathMs = 1_000;

/** The life of an edge node on its connections: does what the node says, in its order, at the pace of the broker. */
export class EdgeSession implements Disposable {
  readonly #deps: EdgeSessionDependencies;
  /** Numbered messages that wait for room. While there are any, changes wait in the log. */
  #queue: OutgoingMessage[] = [];
  #connection = 0;
  #isConnected = false;
  #timer: Timer | undefined;
  #timerAtMs = 0;
  #published = 0;
  #birthCount = 0;
  /** Between a change and its message. */
  periodMs = 100;

  constructor(deps: EdgeSessionDependencies) {
    this.#deps = deps;
  }

  /** Messages that went out. */
  get published(): number {
    return this.#published;
  }

  /** Asked by the link right before each CONNECT packet. */
  async will(): Promise<Will | undefined> {
    const { node, keepBdSeq } = this.#deps;
    let will: Will | undefined;
    for (const action of node.connect()) {
      if (action.type === 'keep-bd-seq') await keepBdSeq(action.bdSeq);
      if (action.type === 'open') will = { ...action.will, qos: 1, retain: false };
    }
    node.connectSent();
    return will;
  }

  linkChanged(state: LinkState): void {
    if (state.name === 'connected') return this.#connected(state.limits.maximumPacketBytes);
    if (!this.#isConnected) return;
    this.#isConnected = false;
    this.#connection += 1;
    this.#queue = [];
    this.#deps.commands.isListening = false;
    this.#deps.node.disconnected();
    this.#deps.unconfirmed.disconnected();
    this.#deps.history.disconnected();
    this.#later(this.periodMs);
  }

  received({ topic, payload, retain }: IncomingMessage): void {
    this.#tellChanges();
    this.send(this.#deps.node.message(topic, payload, retain));
  }

  /** A tag changed; it is in the log. */
  changed(): void {
    this.#later(this.periodMs);
  }

  deviceOnline(device: string, isOnline: boolean): void {
    this.#tellChanges();
    this.send(this.#deps.node.deviceOnline(device, isOnline));
  }

  redefine(definitions: EdgeDefinitions): void {
    this.#tellChanges();
    this.send(this.#deps.node.redefine(definitions));
  }

  /** The link has room again, or history was taken. */
  goOn(): void {
    this.#pump();
    if (this.#queue.length === 0) this.#later(0);
  }

  /** Tells all that changed; what is to be said at the end of the connection is the caller's to send. */
  async stop(patienceMs: number): Promise<readonly OutgoingMessage[]> {
    this.#tellChanges();
    this[Symbol.dispose]();
    await this.#confirmed(patienceMs);
    return this.#deps.node
      .stop()
      .flatMap((action) =>
        action.type === 'publish'
          ? [{ topic: action.topic, payload: action.payload, qos: action.qos, retain: false }]
          : [],
      );
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#deps.unconfirmed[Symbol.dispose]();
  }

  send(actions: readonly EdgeAction[]): void {
    const writes: EdgeWrite[] = [];
    for (const action of actions) if (action.type === 'write') writes.push(action);
    if (writes.length > 0) this.#deps.commands.write(writes);
    for (const action of actions) this.#do(action);
    this.#pump();
    const { node, history } = this.#deps;
    if (node.birthCount === this.#birthCount) return;
    this.#birthCount = node.birthCount;
    history.restart();
    this.#later(0);
  }

  #do(action: EdgeAction): void {
    const { history, commands, tell } = this.#deps;
    switch (action.type) {
      case 'publish':
        this.#queue.push({ topic: action.topic, payload: action.payload, qos: action.qos, retain: false });
        return;
      case 'subscribe':
        void this.#subscribe(action.topics);
        return;
      case 'store':
        history.keep(action.device, action.payload);
        return;
      case 'refuse':
        commands.refused(action.name, action.reason);
        return;
      case 'birth-too-large':
        tell(
          `the birth of ${action.device ?? 'the Sparkplug node'} has ${action.payloadBytes} bytes, more than the broker takes: nothing of it is told. Allow larger packets there, or publish fewer tags`,
        );
        return;
      case 'close':
        this.#leave();
        return;
      default: // connections are opened by the link, writes were handed over together
    }
  }

  async #confirmed(patienceMs: number): Promise<void> {
    const { clock, unconfirmed } = this.#deps;
    const isDone = new AbortController();
    const patience = delay(clock, patienceMs, isDone.signal).catch(() => undefined);
    await Promise.race([unconfirmed.settle(), patience]);
    isDone.abort();
    // What is in doubt is told as history after the next start.
    unconfirmed.disconnected();
  }

  #connected(maximumPacketBytes: number): void {
    this.#isConnected = true;
    this.send(this.#deps.node.connected(Math.max(0, maximumPacketBytes - packetBytes)));
  }

  async #subscribe(topics: readonly string[]): Promise<void> {
    const { link, node, tell } = this.#deps;
    const connection = this.#connection;
    try {
      const outcomes = await link.subscribe(topics.map((filter) => ({ filter, qos: 1 })));
      const refused = outcomes.filter(({ granted }) => typeof granted !== 'number').map(({ filter }) => filter);
      this.#deps.commands.isListening = refused.length === 0;
      if (refused.length > 0) {
        tell(
          `the broker does not let this client subscribe to ${refused.join(', ')}: its rules must allow it, or no rebirths and commands arrive`,
        );
      }
    } catch {
      return; // the connection ended: the next one subscribes
    }
    if (connection !== this.#connection) return;
    this.#tellChanges();
    this.send(node.subscribed());
  }

  #pump(): void {
    let sent = 0;
    while (sent < this.#queue.length && this.#deps.link.room > 0) this.#publish(this.#queue[sent++]);
    this.#queue.splice(0, sent);
  }

  #publish(message: OutgoingMessage): void {
    const connection = this.#connection;
    this.#deps.link.publish(message, (fate) => this.#settled(message, fate, connection));
  }

  #settled(message: OutgoingMessage, fate: PublishFate, connection: number): void {
    if (fate.name === 'acknowledged') {
      this.#published += 1;
      this.#deps.onAcknowledged(message);
    }
    if (fate.name !== 'refused' || connection !== this.#connection) return;
    // Its sequence number is used up, and hosts would wait for it.
    this.#deps.link.reconnect(`a Sparkplug message for ${message.topic} was refused: the session begins anew`);
  }

  /** The primary host is away. The death goes out first. */
  #leave(): void {
    const connection = this.#connection;
    this.#pump();
    const { clock, link } = this.#deps;
    clock
      .setTimer(() => {
        if (connection === this.#connection) link.reconnect('the primary host of the Sparkplug node is offline');
      }, deathMs)
      .unref();
  }

  /** Before anything that may lead to births: what changed before a birth stands in it. */
  #tellChanges(): void {
    const { node, changes, unconfirmed } = this.#deps;
    if (changes.isEmpty || (node.isLive && !this.#hasRoom)) return;
    changes.settle();
    if (node.isLive) unconfirmed.told(node.stored(changes));
    const actions = node.changed(changes);
    changes.clear();
    this.send(actions);
  }

  get #hasRoom(): boolean {
    return this.#queue.length === 0 && this.#deps.link.room > 0;
  }

  /** The earliest time counts. */
  #later(delayMs: number): void {
    const { clock } = this.#deps;
    const atMs = clock.monotonicMs() + delayMs;
    if (this.#timer && this.#timerAtMs <= atMs) return;
    this.#timer?.[Symbol.dispose]();
    this.#timerAtMs = atMs;
    this.#timer = clock.setTimer(() => {
      this.#timer = undefined;
      this.#tick();
    }, delayMs);
    this.#timer.unref();
  }

  #tick(): void {
    const { node, changes, history, clock, logger } = this.#deps;
    try {
      this.#tellChanges();
      this.send(node.tick());
      if (node.isLive && this.#hasRoom && history.step()) this.#later(0);
      if (!changes.isEmpty) this.#later(this.periodMs);
      if (node.dueAtMs !== undefined) this.#later(Math.max(1, node.dueAtMs - clock.monotonicMs()));
    } catch (error) {
      logger.error(`the Sparkplug node failed: ${messageOf(error)}`, { error });
    }
  }
}
