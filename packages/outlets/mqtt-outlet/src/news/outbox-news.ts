import { alarmSeverities } from '@fieldwarden/gateway-contract';
import { reasonText, type PublishFate } from '@fieldwarden/mqtt-link';
import type { OutboxState, StoredMessage } from '@fieldwarden/outbox';
import type { ServiceAlarms, ServiceEvents } from '@fieldwarden/service';

export interface OutboxNewsDependencies {
  readonly alarms: ServiceAlarms;
  readonly events: ServiceEvents;
}

/** Topics that are named one by one; of more, the counters tell. */
const mostTold = 50;

/** Tells people of what waits, and of what was given up. */
export class OutboxNews {
  readonly #deps: OutboxNewsDependencies;
  readonly #raised = new Set<string>();
  readonly #refused = new Set<string>();
  #dropped: number | undefined;

  constructor(deps: OutboxNewsDependencies) {
    this.#deps = deps;
  }

  /** `warnAt`: waiting messages from which on there is an alarm; it ends at half of them. */
  changed(state: OutboxState, warnAt: number): void {
    const { pending, trouble } = state;
    this.#stand('outbox-trouble', trouble !== null, 'critical', () => trouble!);
    if (pending >= warnAt || pending <= warnAt / 2) {
      this.#stand('outbox-filling', pending >= warnAt, 'medium', () => `${pending} messages wait for the broker`);
    }
    this.#tellDrops(state, warnAt);
  }

  refused({ topic }: StoredMessage, { code, reason }: Extract<PublishFate, { name: 'refused' }>): void {
    const message =
      reason === 'too-large'
        ? `a message for ${topic} is larger than the broker takes; it was given up`
        : `the broker does not take messages for ${topic}: ${reasonText(code)}; they are given up. Its rules must allow this client to publish there`;
    this.#stand('messages-refused', true, 'medium', () => message);
    if (this.#refused.has(topic) || this.#refused.size >= mostTold) return;
    this.#refused.add(topic);
    this.#deps.events.append({ message, data: { topic, code } });
  }

  /** The broker takes nothing at the moment; what is to go there is kept. */
  deferred(code: number): void {
    if (this.#raised.has('broker-quota')) return;
    const message = `the broker takes no messages at the moment: ${reasonText(code)}. They are kept, and sent when it does`;
    this.#stand('broker-quota', true, 'medium', () => message);
    this.#deps.events.append({ message, data: { code } });
  }

  /** The broker takes messages. */
  taken(): void {
    this.#stand('broker-quota', false, 'medium', () => '');
  }

  poison({ topic, payload }: StoredMessage): void {
    const message = `the broker ended three connections in a row for a message for ${topic} of ${payload.length} bytes; it was put aside, and the rest goes on`;
    this.#stand('message-poison', true, 'high', () => message);
    this.#deps.events.append({ message, data: { topic } });
  }

  /** A new connection, maybe under other rules of the broker. */
  connected(): void {
    this.#refused.clear();
    this.#stand('messages-refused', false, 'medium', () => '');
  }

  #tellDrops({ pending, dropped: { count, bytes, age, disk } }: OutboxState, warnAt: number): void {
    const dropped = count + bytes + age + disk;
    const before = this.#dropped ?? dropped;
    this.#dropped = dropped;
    if (dropped > before) {
      const message = `the outbox drops messages: ${count} beyond its count, ${bytes} beyond its bytes, ${age} too old, ${disk} for which the disk has no room, since it was made`;
      this.#stand('outbox-dropping', true, 'high', () => message);
    } else if (pending <= warnAt / 2) this.#stand('outbox-dropping', false, 'high', () => '');
  }

  #stand(conditionId: string, isRaised: boolean, priority: keyof typeof alarmSeverities, text: () => string): void {
    if (isRaised) {
      this.#raised.add(conditionId);
      this.#deps.alarms.raise({ conditionId, severity: alarmSeverities[priority], message: text() });
    } else if (this.#raised.delete(conditionId)) this.#deps.alarms.clear(conditionId);
  }
}
