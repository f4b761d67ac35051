import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { GatewayProcess } from '@fieldwarden/acceptance';

export const stormPassword = 'tall copper kettle';

export interface Answered {
  readonly status: number;
  readonly ms: number;
}

/** One request on a connection of its own. `from`: an address of this machine, so that nobody waits for another. */
export async function answered(
  gateway: GatewayProcess,
  path: string,
  { from = '127.0.0.1', body }: { readonly from?: string; readonly body?: object } = {},
): Promise<Answered> {
  const startMs = performance.now();
  const { port, payload } = { port: gateway.runFile.adminPort, payload: body && JSON.stringify(body) };
  const status = await new Promise<number>((resolve, reject) => {
    const headers = payload === undefined ? {} : { 'content-type': 'application/json' };
    const method = payload === undefined ? 'GET' : 'POST';
    const options = { host: '127.0.0.1', port, localAddress: from, path, method, headers, agent: false };
    const outgoing = request(options, (incoming) => {
      text(incoming).then(() => resolve(incoming.statusCode ?? 0), reject);
    });
    outgoing.on('error', reject);
    outgoing.end(payload);
  });
  return { status, ms: performance.now() - startMs };
}

export async function signInFrom(
  gateway: GatewayProcess,
  user: string,
  password: string,
  from: string,
): Promise<Answered> {
  return await answered(gateway, '/api/v1/session', { from, body: { user, password } });
}

/** Everybody at once, each from an address of their own. */
export async function storm(gateway: GatewayProcess, users: readonly string[]): Promise<readonly Answered[]> {
  return await Promise.all(users.map((user, i) => signInFrom(gateway, user, stormPassword, `127.0.2.${i + 1}`)));
}

/** One after the other until `until` resolves: how long a file of the console took, ms each. */
export async function fileReads(gateway: GatewayProcess, until: Promise<unknown>): Promise<readonly number[]> {
  const takenMs: number[] = [];
  let isOver = false;
  void until.finally(() => (isOver = true));
  while (!isOver) takenMs.push((await answered(gateway, '/', { from: '127.0.3.1' })).ms);
  return takenMs;
}
