import type { ConnectionEnd } from './connection.js';
import { reasonText, refusalProblem, sessionTakenOver, unreachableProblem, type LinkProblem } from './link-problem.js';

export interface EndFacts {
  /** As people read it. */
  readonly broker: string;
  readonly clientId: string;
  readonly end: ConnectionEnd;
  /** Its connections ended so often that another client must have this id. */
  readonly isTaken: boolean;
}

/** Why a connection ended, as far as can be told. */
export function endProblem({ broker, clientId, end, isTaken }: EndFacts): LinkProblem {
  const { livedMs, refusedCode, disconnectCode, error } = end;
  if (refusedCode !== undefined) return refusalProblem(broker, refusedCode);
  if (isTaken || disconnectCode === sessionTakenOver) return takenIdProblem(broker, clientId);
  if (disconnectCode !== undefined && disconnectCode >= 0x80)
    return { kind: 'closed', message: `the broker ${broker} ended the connection: ${reasonText(disconnectCode)}` };
  if (error?.message === 'Keepalive timeout')
    return { kind: 'silent', message: `the broker ${broker} does not answer any longer` };
  if (livedMs === undefined) {
    if (error && 'code' in error) return unreachableProblem(broker, error);
    const message = `what answers at ${broker} ended the connection without an answer; is it a broker, and is this its port?`;
    return { kind: 'closed', message: error ? `${message} (${error.message})` : message };
  }
  const why = error === undefined ? '' : `: ${error.message}`;
  return { kind: 'closed', message: `the connection to the broker ${broker} ended${why}` };
}

function takenIdProblem(broker: string, clientId: string): LinkProblem {
  const message = `another client uses the id ${clientId} at the broker ${broker}, and each ends the connection of the other; give one of them another clientId`;
  return { kind: 'taken-id', message };
}
