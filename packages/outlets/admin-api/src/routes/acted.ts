import { isGatewayError, statusName } from '@fieldwarden/core';
import type { ActOutcome } from '../control/device-control.js';
import { wasTried, writeProblemOf } from '../server/problem.js';
import { RequestRefused } from '../server/request-refused.js';
import { ok, type Answer, type HttpExchange } from '../server/route.js';

/**
 * Answers a request that acts on a device: 200 whenever that was tried, whatever became of it; refused beforehand it is a 4xx
 * problem that says by `outcome` that nothing went on the wire. `what` names it in the log: `writing tag a/b`.
 */
export async function acted<T extends ActOutcome>(
  exchange: HttpExchange,
  what: string,
  attempt: () => Promise<T>,
  body: (outcome: T | ActOutcome) => unknown,
): Promise<Answer> {
  try {
    return ok(body(await attempt()));
  } catch (error) {
    if (error instanceof RequestRefused) throw new RequestRefused({ outcome: 'not-sent', ...error.refusal });
    if (isGatewayError(error) && wasTried(error)) {
      const { writeOutcome: outcome, status, message } = error;
      return ok(body({ outcome, status: statusName(status), message }));
    }
    logUnexpected(exchange, what, error);
    const problem = writeProblemOf(error, exchange.correlationId);
    return { status: problem.status, body: problem };
  }
}

function logUnexpected({ logger, correlationId }: HttpExchange, what: string, error: unknown): void {
  if (isGatewayError(error) && error.kind !== 'bug') return;
  logger.error(`${what} failed unexpectedly`, { correlationId, error });
}
