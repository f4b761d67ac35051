import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { plainAddress } from './map/check-settings.js';
import type { ServerFraming, RequestFrame } from './protocol/framing.js';
import type { Requests } from './requests.js';

/** Requests that one connection gets answered before others have their turn. */
const requestsPerTurn = 16;

export interface ConnectionDependencies {
  readonly requests: Requests;
  readonly framing: ServerFraming;
  readonly monotonicMs: () => number;
  /** The bytes are no Modbus; the connection is closed. */
  readonly onNotModbus: (connection: ClientConnection) => void;
  readonly onClose: (connection: ClientConnection) => void;
}

/**
 * One client. Its requests are answered one after the other, in their order. Bytes are taken from the socket only when all requests
 * before are answered and the client has taken the answers: what waits beyond that waits in the client (SPEC §10.3).
 */
export class ClientConnection {
  readonly peer: string;
  requests = 0;
  /** Monotonic; of the last whole request, or of the start. */
  lastRequestAtMs: number;
  /** Monotonic; since when the client has not taken its answers. */
  stalledSinceMs: number | undefined;
  readonly #deps: ConnectionDependencies;
  readonly #socket: Socket;
  #isWorking = false;
  #hasEnded = false;
  #isClosed = false;
  #taken: (() => void) | undefined;

  constructor(socket: Socket, deps: ConnectionDependencies) {
    this.#socket = socket;
    this.#deps = deps;
    this.peer = plainAddress(socket.remoteAddress ?? 'unknown');
    this.lastRequestAtMs = deps.monotonicMs();
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 30_000);
    socket.on('readable', () => void this.#work());
    socket.on('end', () => this.#end());
    socket.on('drain', () => this.#taken?.());
    // The reason does not matter: `close` follows.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#closed());
  }

  /** Waits for a device, or for the client to take an answer. */
  get isBusy(): boolean {
    return this.#isWorking;
  }

  close(): void {
    this.#socket.destroy();
    this.#closed();
  }

  async #work(): Promise<void> {
    if (this.#isWorking) return;
    this.#isWorking = true;
    try {
      await this.#answerAll();
    } finally {
      this.#isWorking = false;
    }
    if (this.#hasEnded && !this.#isClosed) this.#socket.end();
  }

  async #answerAll(): Promise<void> {
    const { framing } = this.#deps;
    for (let inTurn = 0; !this.#isClosed;) {
      const frame = framing.next();
      if (frame === 'not-modbus') return this.#deps.onNotModbus(this);
      if (frame === 'incomplete') {
        const chunk = this.#socket.read() as Buffer | null;
        if (chunk === null) return;
        framing.push(chunk, this.#deps.monotonicMs());
        continue;
      }
      const answer = this.#answer(frame);
      await this.#send(frame, answer instanceof Promise ? await answer : answer);
      if (++inTurn < requestsPerTurn) continue;
      inTurn = 0;
      await nextTurn();
    }
  }

  #answer({ unitId, pdu }: RequestFrame): Buffer | Promise<Buffer> | undefined {
    const { requests, framing, monotonicMs } = this.#deps;
    this.requests++;
    this.lastRequestAtMs = monotonicMs();
    if (!framing.answersForForeignUnits && !requests.knows(unitId)) return undefined;
    return requests.answer(unitId, pdu, this.peer);
  }

  async #send(frame: RequestFrame, pdu: Buffer | undefined): Promise<void> {
    if (pdu === undefined || this.#isClosed) return;
    if (this.#socket.write(this.#deps.framing.wrap(frame, pdu))) return;
    this.stalledSinceMs = this.#deps.monotonicMs();
    await new Promise<void>((resolve) => (this.#taken = resolve));
    this.#taken = this.stalledSinceMs = undefined;
  }

  /** The client sends no more; what it asked before is still answered. */
  #end(): void {
    this.#hasEnded = true;
    if (!this.#isWorking) this.#socket.end();
  }

  #closed(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#taken?.();
    this.#deps.onClose(this);
  }
}
