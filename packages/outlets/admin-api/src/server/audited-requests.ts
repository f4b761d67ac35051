import { auditedName, type AuditEntry, type AuditOutcome } from '@fieldwarden/gateway-contract';
import { originOf } from '../access/requester.js';
import { problemOf } from './problem.js';
import { streaming, type Answer, type Audited, type HttpExchange, type JsonAnswer } from './route.js';

/** Handles a request and records its end: done, refused, failed, or of what acted on a device what became of it. */
export async function recorded(
  { audited, handle }: { readonly audited?: Audited; readonly handle: AuditedHandle },
  exchange: HttpExchange,
): Promise<Answer | typeof streaming> {
  if (!audited || audited.isRecordedBehind) return await handle(exchange);
  const before = attempt(() => audited.before?.(exchange));
  try {
    const answer = await handle(exchange);
    record(exchange, audited, before, endOf(answer), answer);
    return answer;
  } catch (error) {
    record(exchange, audited, before, endOfError(error, exchange), undefined);
    throw error;
  }
}

/** A request that was turned away at the door. */
export function recordRefusal(audited: Audited, exchange: HttpExchange, refusal: unknown): void {
  const before = attempt(() => audited.before?.(exchange));
  record(exchange, audited, before, endOfError(refusal, exchange), undefined);
}

type AuditedHandle = (exchange: HttpExchange) => Answer | typeof streaming | Promise<Answer | typeof streaming>;

interface End {
  readonly outcome: AuditOutcome;
  readonly reason?: string;
}

function record(
  exchange: HttpExchange,
  audited: Audited,
  before: unknown,
  end: End,
  answer: Answer | typeof streaming | undefined,
): void {
  const { audit, request, correlationId } = exchange;
  const body = answer !== undefined && answer !== streaming && 'body' in answer ? answer.body : undefined;
  audit.record({
    ...whoAsks(exchange),
    action: audited.action,
    subject: attempt(() => audited.subject(exchange)) ?? `${request.method} ${request.path}`,
    before: before ?? null,
    after: attempt(() => audited.after?.(exchange, body)) ?? null,
    ...end,
    correlationId,
  });
}

/** Whom nobody knows is told by where they come from. */
function whoAsks(exchange: HttpExchange): Pick<AuditEntry, 'user' | 'via'> {
  const { caller, request, correlationId } = exchange;
  if ('requester' in caller) {
    const { principal, via } = originOf({ requester: caller.requester, correlationId });
    return { user: auditedName(principal), via };
  }
  const via = request.get('Authorization') === undefined ? 'console' : 'rest';
  return { user: `nobody (${request.socket.remoteAddress ?? 'gone'})`, via };
}

const deviceOutcomes: ReadonlySet<unknown> = new Set<AuditOutcome>(['done', 'rejected', 'not-sent', 'unknown']);

function endOf(answer: Answer | typeof streaming): End {
  if (answer === streaming || 'text' in answer) return { outcome: 'done' };
  return answer.status >= 400 ? endOfProblem(answer) : endOfBody(answer.body);
}

function endOfBody(body: unknown): End {
  const { outcome, message } = (body ?? {}) as { readonly outcome?: unknown; readonly message?: unknown };
  if (!deviceOutcomes.has(outcome) || outcome === 'done') return { outcome: 'done' };
  return { outcome: outcome as AuditOutcome, ...(typeof message === 'string' && { reason: message }) };
}

function endOfProblem({ status, body }: JsonAnswer): End {
  const { detail } = body as { readonly detail?: unknown };
  return { outcome: outcomeOfStatus(status), ...(typeof detail === 'string' && { reason: detail }) };
}

function endOfError(error: unknown, { correlationId }: HttpExchange): End {
  const { status, detail } = problemOf(error, correlationId);
  return { outcome: outcomeOfStatus(status), reason: detail };
}

function outcomeOfStatus(status: number): AuditOutcome {
  return status === 401 || status === 403 || status === 429 ? 'refused' : 'failed';
}

/** A body that is not what it should be, or was not read yet, has no such field. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** A field of the body, of whatever shape that is. */
export function bodyField({ request }: HttpExchange, name: string): unknown {
  const body: unknown = request.body;
  return typeof body === 'object' && body !== null ? (body as Readonly<Record<string, unknown>>)[name] : undefined;
}
