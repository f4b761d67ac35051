import type { Problem } from '@fieldwarden/admin-contract';

/** Why a request did not get what it wanted: the gateway's own problem, or that there was no answer at all. */
export class ApiError extends Error {
  /** Null when the gateway did not answer. */
  readonly status: number | null;
  readonly problem: Problem | undefined;

  constructor(message: string, status: number | null, problem?: Problem, cause?: unknown) {
    super(message, { cause });
    this.name = 'ApiError';
    this.status = status;
    this.problem = problem;
  }

  get unreachable(): boolean {
    return this.status === null;
  }

  static ofAnswer(status: number, body: unknown): ApiError {
    if (isProblem(body)) return new ApiError(body.detail, status, body);
    return new ApiError(`the gateway answered ${status} without saying why`, status);
  }

  /** Whatever was thrown, as something that can be shown. */
  static of(thrown: unknown): ApiError {
    if (thrown instanceof ApiError) return thrown;
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return new ApiError(`the gateway did not answer (${reason})`, null, undefined, thrown);
  }
}

function isProblem(body: unknown): body is Problem {
  if (typeof body !== 'object' || body === null) return false;
  const { detail, code } = body as Partial<Problem>;
  return typeof detail === 'string' && typeof code === 'string';
}
