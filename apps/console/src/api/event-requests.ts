import type { GatewayEvent, LogRecord } from '@fieldwarden/gateway-contract';
import { answered, api } from './api-client.js';

/** Those that the gateway keeps, oldest first. */
export async function keptEvents(): Promise<readonly GatewayEvent[]> {
  const list = asJson(await answered(api.GET('/events', { headers: { Accept: 'application/json' } })));
  return list.events;
}

export async function driverLogs(id: string, lines: number): Promise<readonly LogRecord[]> {
  const request = api.GET('/drivers/{id}/logs', { params: { path: { id }, query: { lines } } });
  return asJson(await answered(request)).records;
}

/** Replaces what this stream of ours watches. */
export async function watchTags(stream: string, paths: readonly string[]): Promise<void> {
  await answered(
    api.PUT('/events/streams/{stream}/tags', { params: { path: { stream } }, body: { paths: [...paths] } }),
  );
}

/** These routes also speak in streams; asked for JSON, they answer in JSON. */
function asJson<T>(answer: T | string): T {
  if (typeof answer === 'string') throw new Error('the gateway answered with a stream where JSON was asked for');
  return answer;
}
