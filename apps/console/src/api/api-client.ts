import createClient, { type Middleware } from 'openapi-fetch';
import type { paths } from '../../generated/admin-api.generated.js';
import { randomHex } from '../platform/random-id.js';
import { sessionStore } from '../session/session-store.js';
import { ApiError } from './api-error.js';

export const apiBase = '/api/v1';

const timeoutMs = 30_000;

const everyRequest: Middleware = {
  onRequest({ request }) {
    request.headers.set('X-Correlation-Id', randomHex().slice(0, 16));
    const { csrfToken } = sessionStore.get();
    if (request.method !== 'GET' && csrfToken) request.headers.set('X-CSRF-Token', csrfToken);
    return request;
  },
  onResponse({ response }) {
    if (response.status === 401)
      sessionStore.update((session) => ({ ...session, phase: 'signed-out', csrfToken: null }));
  },
};

/** The Admin API with the types of its own OpenAPI document. */
export const api = createClient<paths>({
  baseUrl: apiBase,
  fetch: (request) => fetch(request, { signal: AbortSignal.timeout(timeoutMs), credentials: 'same-origin' }),
});
api.use(everyRequest);

interface Settled<T> {
  readonly data?: T | undefined;
  readonly error?: unknown;
  readonly response: Response;
}

/** The body of a good answer; everything else is thrown as an ApiError. */
export async function answered<T>(request: Promise<Settled<T>>): Promise<T> {
  const { data, error, response } = await request.catch((cause: unknown) => {
    throw ApiError.of(cause);
  });
  if (!response.ok) throw ApiError.ofAnswer(response.status, error);
  return data as T;
}
