import type { Will } from '../messages.js';

/** MQTT 5, 3.2.2.2: retain not supported; QoS not supported. */
const retainNotSupported = 0x9a;
const qosNotSupported = 0x9b;

/**
 * A will that the broker takes. Its limits are known only when it took a connection, and it takes none whose will is beyond them (MQTT 5,
 * 3.2.2.3.4 and 3.2.2.3.5): so the will is lowered, as messages are, when it says no.
 */
export class WillChoice {
  #mayRetain = true;
  #mostQos: 0 | 1 | 2 = 2;
  #last: Will | undefined;

  /** The will to go into a CONNECT packet, for the one that is wished. */
  lowered(wished: Will | undefined): Will | undefined {
    this.#last = wished && {
      ...wished,
      retain: wished.retain && this.#mayRetain,
      qos: Math.min(wished.qos, this.#mostQos) as Will['qos'],
    };
    return this.#last;
  }

  /** The broker said no to a connection. True: it is worth an attempt at once, with a lower will. */
  failed(refusedCode: number | undefined): boolean {
    const will = this.#last;
    if (refusedCode === retainNotSupported && will?.retain) {
      this.#mayRetain = false;
      return true;
    }
    if (refusedCode === qosNotSupported && will && will.qos > 0) {
      this.#mostQos = will.qos === 2 ? 1 : 0;
      return true;
    }
    return false;
  }

  /** A connection that was one ended: the next broker at this address may take more. */
  again(): void {
    this.#mayRetain = true;
    this.#mostQos = 2;
  }
}
