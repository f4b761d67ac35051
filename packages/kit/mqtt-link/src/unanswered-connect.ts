import type { Duplex } from 'node:stream';
import type { Clock } from '@fieldwarden/core';
import mqttPacket from 'mqtt-packet';
import type { OutgoingMessage } from './messages.js';

/** How long the bytes may take to leave this machine. */
const leaveMs = 500;

/**
 * A stream on which a CONNECT packet went out that nobody has answered. A broker that stands still reads it when it goes on, finds the connection
 * closed and publishes the will, however long ago that is. Packets may follow a CONNECT without its answer (MQTT 5, 3.1.4): a DISCONNECT
 * behind it takes the will back.
 */
export class UnansweredConnect {
  readonly #stream: Duplex;
  readonly #version: 4 | 5;
  readonly #clock: Clock;
  #hasLeft = false;

  constructor(stream: Duplex, version: 4 | 5, clock: Clock) {
    this.#stream = stream;
    this.#version = version;
    this.#clock = clock;
  }

  /**
   * Last messages and a farewell, then the stream is closed. QoS is 0: nobody is there for an acknowledgement, and a broker that can't write one
   * may read no further. A second call does nothing.
   */
  leave(farewell: readonly OutgoingMessage[], reasonCode: number): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    const protocolVersion = this.#version;
    const publishes = farewell.map(({ topic, payload, retain }) =>
      mqttPacket.generate(
        { cmd: 'publish', topic, payload: Buffer.from(payload), qos: 0, retain, dup: false },
        { protocolVersion },
      ),
    );
    const disconnect = mqttPacket.generate({ cmd: 'disconnect', reasonCode }, { protocolVersion });
    const timer = this.#clock.setTimer(() => this.#stream.destroy(), leaveMs);
    this.#stream.once('close', () => timer[Symbol.dispose]());
    // The peer need not close its side.
    this.#stream.end(Buffer.concat([...publishes, disconnect]), () => this.#stream.destroy());
  }
}
