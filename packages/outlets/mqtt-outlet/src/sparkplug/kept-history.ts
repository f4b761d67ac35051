import { isGatewayError, messageOf, type Clock, type Logger } from '@fieldwarden/core';
import type { MqttLink } from '@fieldwarden/mqtt-link';
import type { Outbox, StoredMessage } from '@fieldwarden/outbox';
import { parseTopic, type EdgeAction, type EdgeNode } from '@fieldwarden/sparkplug';

export interface KeptHistoryDependencies {
  readonly outbox: Pick<Outbox, 'append' | 'read' | 'acknowledge' | 'drop' | 'state'>;
  readonly link: Pick<MqttLink, 'unsubscribe'>;
  readonly node: Pick<EdgeNode, 'replay' | 'replayable'>;
  /** Topic under which something of a device is kept; without one, of the node. */
  readonly topicOf: (device: string | undefined) => string;
  /** A filter that was never subscribed. */
  readonly fence: string;
  readonly send: (actions: readonly EdgeAction[]) => void;
  /** The broker has what was told: there may be more. */
  readonly onSettled: () => void;
  readonly clock: Pick<Clock, 'wallMs'>;
  readonly logger: Logger;
}

/** Of one step: messages of some kilobytes between two live ones. */
const recordsAStep = 50;
const bytesAStep = 128 * 1024;

/**
 * What happened while nobody could hear it, told as historical metrics after the births. Sparkplug sends data with QoS 0, which nobody
 * acknowledges: a record goes when the broker has answered a later packet of the same connection, an UNSUBSCRIBE from nothing.
 */
export class KeptHistory {
  readonly #deps: KeptHistoryDependencies;
  /** Records up to here were looked at in this session. */
  #after = 0;
  #isUnderWay = false;
  #session = 0;

  constructor(deps: KeptHistoryDependencies) {
    this.#deps = deps;
  }

  keep(device: string | undefined, payload: Uint8Array): void {
    const { outbox, topicOf, clock } = this.#deps;
    outbox.append({ topic: topicOf(device), payload, qos: 0, retain: false, atMs: clock.wallMs() });
  }

  /** A new session, or a device more that can be told of: begins with the oldest record. */
  restart(): void {
    this.#after = 0;
  }

  /** The connection ended: what was under way is told again. */
  disconnected(): void {
    this.#session += 1;
    this.#isUnderWay = false;
    this.#after = 0;
  }

  /** Tells the next records, unless some are under way. True when there may be more to tell at once. */
  step(): boolean {
    if (this.#isUnderWay || this.#deps.outbox.state.pending === 0) return false;
    const records = this.#deps.outbox.read(this.#after, recordsAStep, bytesAStep);
    if (records.length === 0) return false;
    const told = records.filter((record) => this.#tell(record));
    this.#after = records.at(-1)!.sequence;
    if (told.length > 0) void this.#settle(told);
    return told.length === 0;
  }

  #tell(record: StoredMessage): boolean {
    const { outbox, node, send, logger } = this.#deps;
    const device = parseTopic(record.topic)?.device;
    const when = node.replayable(device);
    if (when === 'later') return false;
    if (when === 'never') {
      outbox.drop(record.sequence, 'refused');
      return false;
    }
    try {
      send(node.replay(device, record.payload));
      return true;
    } catch (error) {
      if (!isGatewayError(error)) throw error;
      logger.warn(`kept values for ${record.topic} cannot be read and are given up: ${messageOf(error)}`);
      outbox.drop(record.sequence, 'poison');
      return false;
    }
  }

  async #settle(records: readonly StoredMessage[]): Promise<void> {
    const session = this.#session;
    this.#isUnderWay = true;
    try {
      await this.#deps.link.unsubscribe([this.#deps.fence]);
    } catch {
      return; // the connection ended: `disconnected` begins anew
    }
    if (session !== this.#session) return;
    for (const { sequence } of records) this.#deps.outbox.acknowledge(sequence);
    this.#isUnderWay = false;
    this.#deps.onSettled();
  }
}
