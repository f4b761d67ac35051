import type { Socket } from 'node:net';
import { messageOf } from '@fieldwarden/core';
import { StatusCodes } from 'node-opcua';
import { clearError } from './clear-errors.js';
import { doorLimits } from './door-limits.js';
import { FrameReader, Refusal, errorFrame, type Frame } from './frame-reader.js';
import type { Party } from './turns.js';

/** What a connection asks of its door. */
export interface ConnectionHost {
  nowMs(): number;
  /** The connection has work. */
  wantTurn(connection: Connection): void;
  /** It said Hello: the library is to take it. False when there is no place for it. */
  saidHello(connection: Connection): boolean;
  /** Unsent or unfinished bytes are others now. */
  grew(connection: Connection): void;
  /** What its peer may leave unsent. */
  unsentLimit(): number;
  /** `isTold`: people have been told already. */
  tell(connection: Connection, refusal: Refusal, isTold: boolean): void;
}

/**
 * One connection, as far as it is held to the limits of the door. Stands between the socket and the library: chunks reach the library
 * whole, one per turn, and not while the peer does not take its answers.
 */
export class Connection implements Party {
  readonly socket: Socket;
  readonly address: string;
  readonly port: number;
  readonly sinceMs: number;
  readonly #host: ConnectionHost;
  readonly #emit: Socket['emit'];
  readonly #reader = new FrameReader();
  readonly #frames: Frame[] = [];
  readonly #continuations: (() => void)[] = [];
  usedMs = 0;
  hasSession = false;
  hasSaidHello = false;
  /** Requests that the library could decode; counted by who is given them. */
  understood = 0;
  #hasOpened = false;
  #waitingBytes = 0;
  #message = { bytes: 0, chunks: 0 };
  #unfinishedSinceMs: number | undefined;
  /** Since when it is over; undefined while it is not. */
  #refusedAtMs: number | undefined;
  #sentBytes = 0;
  #sentAtMs: number;

  constructor(socket: Socket, host: ConnectionHost) {
    this.socket = socket;
    this.#host = host;
    this.address = socket.remoteAddress ?? '';
    this.port = socket.remotePort ?? 0;
    this.sinceMs = host.nowMs();
    this.#sentAtMs = this.sinceMs;
    this.#emit = socket.emit.bind(socket);
    socket.emit = (event: string | symbol, ...args: unknown[]) => this.#intercept(event, args);
    const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
    socket.write = (chunk: unknown, ...rest: unknown[]) => write(clearError(chunk), ...rest);
    socket.on('error', () => undefined); // `close` follows
    socket.on('drain', () => this.#host.wantTurn(this));
    socket.resume();
  }

  /** Of messages that have begun and not ended. */
  get unfinishedBytes(): number {
    return this.#message.bytes + this.#reader.unfinishedBytes;
  }

  get unsentBytes(): number {
    return this.socket.destroyed ? 0 : this.socket.writableLength;
  }

  /** Resolves when it is this connection's turn again: work that takes long is done in pieces. */
  nextTurn(): Promise<void> {
    return new Promise((resolve) => {
      this.#continuations.push(resolve);
      this.#host.wantTurn(this);
    });
  }

  takeTurn(): boolean {
    const continuation = this.#continuations.shift();
    if (continuation) continuation();
    else this.#handOn();
    return this.#continuations.length > 0 || this.#mayHandOn();
  }

  /** Says why, and ends the connection. `isTold`: people have been told already. */
  refuse(refusal: Refusal, isTold = false): void {
    if (this.#refusedAtMs !== undefined) return;
    this.#refusedAtMs = this.#host.nowMs();
    this.#forget();
    this.#host.tell(this, refusal, isTold);
    this.socket.end(errorFrame(refusal));
    this.socket.pause(); // what still comes is not worth reading; the message is there before the end
  }

  /** Called about once a second. */
  check(nowMs: number): void {
    if (this.#refusedAtMs !== undefined) {
      if (nowMs - this.#refusedAtMs > doorLimits.lingerMs) this.socket.destroy();
      return;
    }
    const allowedMs = this.hasSession ? doorLimits.clientMessageMs : doorLimits.strangerMessageMs;
    // While it waits for its own turns, the rest of a message may have come and is not read.
    if (this.#frames.length > 0 && this.#unfinishedSinceMs !== undefined) this.#unfinishedSinceMs = nowMs;
    if (this.#unfinishedSinceMs !== undefined && nowMs - this.#unfinishedSinceMs > allowedMs) {
      this.refuse(new Refusal(StatusCodes.BadTimeout, `a message did not end within ${allowedMs / 1_000} s`));
    }
    this.#checkProgress(nowMs);
  }

  #checkProgress(nowMs: number): void {
    const { unsentBytes } = this;
    const sentBytes = this.socket.bytesWritten - unsentBytes;
    if (sentBytes > this.#sentBytes || unsentBytes <= this.#host.unsentLimit()) {
      this.#sentBytes = sentBytes;
      this.#sentAtMs = nowMs;
    } else if (nowMs - this.#sentAtMs > doorLimits.stuckMs) {
      this.#dropStuck(`takes none of ${unsentBytes} bytes of answers`);
    }
  }

  #dropStuck(reason: string): void {
    this.#refusedAtMs = this.#host.nowMs();
    this.#forget();
    this.#host.tell(this, new Refusal(StatusCodes.BadTcpNotEnoughResources, reason), false);
    this.socket.destroy();
  }

  #intercept(event: string | symbol, args: unknown[]): boolean {
    try {
      if (event !== 'data') return this.#emit(event, ...args);
      this.#take(args[0] as Buffer);
      return true;
    } catch (error) {
      this.#failed(error);
      return true;
    }
  }

  /** The library throws out of the socket's events over what a peer sends: that ends this connection, not the process. */
  #failed(error: unknown): void {
    if (error instanceof Refusal) return this.refuse(error);
    this.refuse(new Refusal(StatusCodes.BadTcpInternalError, messageOf(error) || 'it can not be understood'));
  }

  #take(data: Buffer): void {
    if (this.#refusedAtMs !== undefined) return;
    for (const frame of this.#reader.read(data)) {
      this.#count(frame);
      if (!this.hasSaidHello) this.#begin(frame);
      this.#frames.push(frame);
      this.#waitingBytes += frame.bytes.length;
    }
    this.#unfinishedSinceMs = this.unfinishedBytes > 0 ? (this.#unfinishedSinceMs ?? this.#host.nowMs()) : undefined;
    if (this.#waitingBytes > doorLimits.waitingBytes) this.socket.pause();
    this.#host.grew(this);
    if (this.#frames.length > 0) this.#host.wantTurn(this);
  }

  #begin({ type }: Frame): void {
    if (type !== 'HEL') throw new Refusal(StatusCodes.BadTcpMessageTypeInvalid, 'a connection begins with Hello');
    if (!this.#host.saidHello(this)) throw new Refusal(StatusCodes.BadTcpServerTooBusy, 'all connections are in use');
    this.hasSaidHello = true;
  }

  /** Also notes that the message of the chunk has ended, for the time it may take. */
  #count({ part, bytes }: Frame): void {
    const message = this.#message;
    message.bytes += bytes.length;
    message.chunks += 1;
    const { strangerMessageBytes, strangerMessageChunks } = doorLimits;
    if (!this.hasSession && (message.bytes > strangerMessageBytes || message.chunks > strangerMessageChunks)) {
      const limit = `${strangerMessageChunks} chunks and ${strangerMessageBytes} bytes`;
      throw new Refusal(StatusCodes.BadTcpMessageTooLarge, `without a session a message has at most ${limit}`);
    }
    if (part === 'C') return;
    this.#message = { bytes: 0, chunks: 0 };
    this.#unfinishedSinceMs = undefined;
  }

  #mayHandOn(): boolean {
    if (this.#frames.length === 0 || this.socket.destroyed) return false;
    return this.unsentBytes <= this.#host.unsentLimit();
  }

  #handOn(): void {
    if (!this.#mayHandOn()) return;
    if (this.socket.listenerCount('data') === 0) return; // the library takes a connection a round later
    const frame = this.#frames.shift()!;
    this.#waitingBytes -= frame.bytes.length;
    if (this.#waitingBytes <= doorLimits.waitingBytes && this.socket.isPaused()) this.socket.resume();
    const understoodBefore = this.understood;
    try {
      this.#emit('data', frame.bytes);
    } catch (error) {
      this.#failed(error);
    }
    if (frame.type === 'OPN') this.#hasOpened = true;
    if (frame.type === 'MSG' && frame.part === 'F' && this.understood === understoodBefore) this.#notUnderstood();
    if (this.unsentBytes > doorLimits.mostUnsentBytes) this.#dropStuck('asks for more than it takes');
    this.#host.grew(this);
  }

  /** The library drops a request that it can't decode, and lets its client wait for ever. */
  #notUnderstood(): void {
    if (this.socket.destroyed || this.socket.writableEnded) return; // it has said so itself
    const [status, reason] = this.#hasOpened
      ? [StatusCodes.BadDecodingError, 'a request can not be decoded, or is beyond the limits of this server']
      : [StatusCodes.BadTcpSecureChannelUnknown, 'a request came before a secure channel was opened'];
    this.refuse(new Refusal(status, reason));
  }

  #forget(): void {
    this.#frames.length = 0;
    this.#waitingBytes = 0;
    this.#message = { bytes: 0, chunks: 0 };
    this.#host.grew(this);
  }
}
