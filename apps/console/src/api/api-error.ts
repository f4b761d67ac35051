import type { Problem } from '@fieldwarden/admin-contract';

interface ApiErrorDetails {
  readonly problem?: Problem;
  readonly cause?: unknown;
  readonly retryAfterS?: number;
}

/** Why a request did not get what it wanted: the gateway's own problem, or that there was no answer at all. */
export class ApiError extends Error {
  /** Null when the gateway did not answer. */
  readonly status: number | null;
  readonly problem: Problem | undefined;
  /** Seconds after which it may be asked again, where the gateway said so. */
  readonly retryAfterS: number | undefined;

  constructor(message: string, status: number | null, { problem, cause, retryAfterS }: ApiErrorDetails = {}) {
    super(message, { cause });
    this.name = 'ApiError';
    this.status = status;
    this.problem = problem;
    this.retryAfterS = retryAfterS;
  }

  get unreachable(): boolean {
    return this.status === null;
  }

  static ofAnswer({ status, headers }: Pick<Response, 'status' | 'headers'>, body: unknown): ApiError {
    const seconds = Number(headers.get('Retry-After') ?? Number.NaN);
    const later = Number.isFinite(seconds) ? { retryAfterS: seconds } : {};
    if (isProblem(body)) return new ApiError(body.detail, status, { problem: body, ...later });
    return new ApiError(`the gateway answered ${status} without saying why`, status, later);
  }

  /** Whatever was thrown, as something that can be shown. */
  static of(thrown: unknown): ApiError {
    if (thrown instanceof ApiError) return thrown;
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return new ApiError(`the gateway did not answer (${reason})`, null, { cause: thrown });
  }
}

function isProblem(body: unknown): body is Problem {
  if (typeof body !== 'object' || body === null) return false;
  const { detail, code } = body as Partial<Problem>;
  return typeof detail === 'string' && typeof code === 'string';
}
