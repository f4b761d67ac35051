import createClient, { type Middleware } from 'openapi-fetch';
import type { paths } from '../../generated/admin-api.generated.js';
import { randomHex } from '../platform/random-id.js';
import { doubts, forgetPerson, sessionStore } from '../session/session-store.js';
import { ApiError } from './api-error.js';

export const apiBase = '/api/v1';

const timeoutMs = 30_000;

/** With what every request carries. */
function prepared(request: Request): Request {
  request.headers.set('X-Correlation-Id', randomHex().slice(0, 16));
  const { csrfToken } = sessionStore.get();
  if (request.method !== 'GET' && csrfToken) request.headers.set('X-CSRF-Token', csrfToken);
  return request;
}

/** What an answer says of the session itself. */
function noteAnswer({ url }: Request, { status }: Response): void {
  // Below /session a refusal is about a password, not about the session.
  if (status === 401 && !url.includes(`${apiBase}/session`)) forgetPerson('signed-out');
  if (status === 403) doubts.update((count) => count + 1);
}

const everyRequest: Middleware = {
  onRequest: ({ request }) => prepared(request),
  onResponse: ({ request, response }) => noteAnswer(request, response),
};

/** As the browser does it, given up after a while. */
export function fetchWithin(request: Request, withinMs: number): Promise<Response> {
  return fetch(request, { signal: AbortSignal.timeout(withinMs), credentials: 'same-origin' });
}

/** The Admin API with the types of its own OpenAPI document. */
export const api = createClient<paths>({
  baseUrl: apiBase,
  fetch: (request) => fetchWithin(request, timeoutMs),
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
  if (!response.ok) throw ApiError.ofAnswer(response, error);
  return data as T;
}
