import { connect, type Socket } from 'node:net';
import { messageOf } from '@fieldwarden/core';
import type { Connection, ConnectionEvents } from './wire.js';

/** Longer than any answer; more means that the peer does not speak Modbus. */
const receiveBufferBytes = 4096;

/** One TCP connection. The only place that touches a socket; whatever the socket does ends in one of the events. */
export class TcpConnection implements Connection {
  readonly #socket: Socket;
  readonly #events: ConnectionEvents;
  #isOver = false;

  constructor(host: string, port: number, events: ConnectionEvents) {
    this.#events = events;
    this.#socket = connect({
      host,
      port,
      noDelay: true,
      keepAlive: true,
      // one buffer for all reads, instead of a new 64 KiB slab for each
      onread: {
        buffer: new Uint8Array(receiveBufferBytes),
        callback: (length, chunk) => this.#received(chunk, length),
      },
    });
    this.#socket.on('connect', () => {
      if (!this.#isOver) events.connected();
    });
    this.#socket.on('error', (error) => this.#end(messageOf(error)));
    this.#socket.on('end', () => this.#end('the device closed the connection'));
    this.#socket.on('close', () => this.#end('the connection was closed'));
  }

  send(bytes: Buffer): void {
    if (!this.#isOver) this.#socket.write(bytes);
  }

  drop(): void {
    this.#isOver = true;
    this.#socket.destroy();
  }

  #received(chunk: Uint8Array, length: number): boolean {
    if (!this.#isOver) this.#events.received(chunk, length);
    return true;
  }

  #end(why: string): void {
    if (this.#isOver) return;
    this.drop();
    this.#events.lost(why);
  }
}
