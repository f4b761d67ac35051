import type { Clock } from '@fieldwarden/core';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Door } from './door.js';

export interface HttpGuardOptions {
  readonly clock: Clock;
  /** An answer that its reader has not taken after so long is no reason to stay. Default: as long as it takes. */
  readonly answerMs?: number;
  /** The socket that came to the port, of one that requests come by: where TLS stands between the two. Default: the same. */
  readonly transportOf?: (socket: Socket) => Socket;
}

/** Connections that wait for the door's process to accept them: a burst must not be sent away by the system, which costs its clients a second. */
export const acceptBacklog = 4_096;

/**
 * Requests of one connection whose answers have not left. Node parses and answers all that one read brings without a pause: a megabyte of pipelined
 * requests is seconds of work in one turn of the loop. Browsers and libraries wait for each answer.
 */
const maxPipelined = 4;

/**
 * Puts a door before an HTTP server that has its listeners for requests already. A connection is served from a request that has come whole until its
 * answer is taken. One that does not wait for answers is closed.
 */
export function guardHttp(
  server: Server,
  door: Door,
  { clock, answerMs = Infinity, transportOf = (socket) => socket }: HttpGuardOptions,
): void {
  const exchanges = new WeakMap<Socket, { readonly request: IncomingMessage; readonly sinceMs: number }>();
  server.on('connection', (socket: Socket) =>
    door.admit(socket, () => {
      const exchange = exchanges.get(socket);
      if (!exchange?.request.complete) return 'idle';
      return clock.monotonicMs() - exchange.sinceMs < answerMs ? 'served' : 'idle';
    }),
  );
  const handlers = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  const open = new WeakMap<Socket, number>();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const socket = transportOf(request.socket);
    const unanswered = (open.get(socket) ?? 0) + 1;
    open.set(socket, unanswered);
    if (unanswered > maxPipelined || socket.destroyed) return void socket.destroy();
    const exchange = { request, sinceMs: clock.monotonicMs() };
    exchanges.set(socket, exchange);
    response.once('close', () => {
      open.set(socket, open.get(socket)! - 1);
      if (exchanges.get(socket) === exchange) exchanges.delete(socket);
    });
    for (const handler of handlers) handler.call(server, request, response);
  });
}
