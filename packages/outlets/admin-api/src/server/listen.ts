import { once } from 'node:events';
import { lstat, unlink } from 'node:fs/promises';
import type { Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { GatewayError, isGatewayError } from '@fieldwarden/core';
import { acceptBacklog } from '@fieldwarden/door';

/** Listens on TCP and returns the port. Throws kind `config`, code `PORT_TAKEN` or `PORT_NOT_BOUND`, naming port and flag. */
export async function listenOnPort(server: Server, host: string, port: number): Promise<number> {
  try {
    await listening(server, () => server.listen({ host, port, backlog: acceptBacklog }));
  } catch (error) {
    throw portError(error as NodeJS.ErrnoException, host, port);
  }
  return (server.address() as AddressInfo).port;
}

/**
 * Listens on a unix socket with mode 0600, in place of the file that a dead gateway left behind. Throws kind `config`: code
 * `HOME_IN_USE` if a gateway answers there, `HOME_PATH_TOO_LONG`, `SOCKET_NOT_BOUND`.
 */
export async function listenOnSocket(server: Server, path: string): Promise<void> {
  if (Buffer.byteLength(path) > maxSocketPathBytes) throw tooLong(path);
  try {
    await listenPrivately(server, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw notBound(path, error);
    await removeStaleSocket(path).catch((second: unknown) => {
      throw isGatewayError(second) ? second : notBound(path, second);
    });
    await listenPrivately(server, path).catch((second: unknown) => {
      throw notBound(path, second);
    });
  }
}

/** Takes nobody in any more; resolves when the last connection is gone. */
export async function stopListening(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  await closed;
}

/** `sun_path` holds 108 bytes on Linux and 104 on macOS, the closing NUL included. */
const maxSocketPathBytes = process.platform === 'darwin' ? 103 : 107;

/** The mask makes the file 0600 from its first moment; `listen` on a path binds before it returns. */
async function listenPrivately(server: Server, path: string): Promise<void> {
  await listening(server, () => {
    const mask = process.umask(0o177);
    try {
      server.listen(path);
    } finally {
      process.umask(mask);
    }
  });
}

async function listening(server: Server, listen: () => void): Promise<void> {
  const settled = once(server, 'listening'); // rejects on 'error'
  listen();
  await settled;
}

async function removeStaleSocket(path: string): Promise<void> {
  if (await answers(path)) throw inUse(path);
  if (!(await lstat(path)).isSocket()) throw notBound(path, new Error('a file that is no socket is in its place'));
  await unlink(path);
}

/** Only a refused connection proves that nobody listens. */
async function answers(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ECONNREFUSED';
  } finally {
    socket.destroy();
  }
}

function portError(error: NodeJS.ErrnoException, host: string, port: number): GatewayError {
  if (error.code === 'EADDRINUSE') {
    return configError(
      'PORT_TAKEN',
      `port ${port} on ${host} is taken; free it, or choose another with --admin-port`,
      error,
    );
  }
  return configError(
    'PORT_NOT_BOUND',
    `port ${port} on ${host} cannot be opened (${error.code ?? error.message}); choose another with --admin-port, or another address with --bind`,
    error,
  );
}

function inUse(path: string): GatewayError {
  return configError(
    'HOME_IN_USE',
    `another gateway runs on ${dirname(path)}; stop it with fieldwarden down, or choose another --home`,
  );
}

function tooLong(path: string): GatewayError {
  return configError(
    'HOME_PATH_TOO_LONG',
    `${path} is longer than the ${maxSocketPathBytes} bytes that a unix socket may have; choose a --home with a shorter path`,
  );
}

function notBound(path: string, cause: unknown): GatewayError {
  const why = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
  return configError('SOCKET_NOT_BOUND', `the socket ${path} cannot be opened: ${why}`, cause);
}

function configError(code: string, message: string, cause?: unknown): GatewayError {
  return new GatewayError({ code, kind: 'config', message, cause });
}
