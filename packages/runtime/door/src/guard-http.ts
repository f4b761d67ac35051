import type { Clock } from '@fieldwarden/core';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Door } from './door.js';

export interface HttpGuardOptions {
  readonly clock: Clock;
  /** An answer that its reader has not taken after so long is no reason to stay. Default: as long as it takes. */
  readonly answerMs?: number;
}

/** Connections that wait for the door's process to accept them: a burst must not be sent away by the system, which costs its clients a second. */
export const acceptBacklog = 4_096;

/** Puts a door before an HTTP server. A connection is served from a request that has come whole until its answer is taken. */
export function guardHttp(server: Server, door: Door, { clock, answerMs = Infinity }: HttpGuardOptions): void {
  const exchanges = new WeakMap<Socket, { readonly request: IncomingMessage; readonly sinceMs: number }>();
  server.on('connection', (socket: Socket) =>
    door.admit(socket, () => {
      const exchange = exchanges.get(socket);
      if (!exchange?.request.complete) return 'idle';
      return clock.monotonicMs() - exchange.sinceMs < answerMs ? 'served' : 'idle';
    }),
  );
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    const exchange = { request, sinceMs: clock.monotonicMs() };
    exchanges.set(socket, exchange);
    response.once('close', () => {
      if (exchanges.get(socket) === exchange) exchanges.delete(socket);
    });
  });
}
