import { newCorrelationId } from '@fieldwarden/core';
import { CallRequest, CallResponse, DiagnosticInfo, WriteRequest, WriteResponse, type ServerSession } from 'node-opcua';
import { AsyncLocalStorage } from 'node:async_hooks';

/** A client's request that may reach a device: what follows it there, and what is said about it on the way back. */
export interface RequestScope {
  readonly correlationId: string;
  /** By the place of the operation in the request: why it was not carried out. */
  readonly reasons: Map<number, string>;
}

/** The library hands requests on without their headers; this is how what they say reaches the writes that they cause. */
export const requestScope = new AsyncLocalStorage<RequestScope>();

/** As much of a request's header as matters here (OPC 10000-4, 7.33). */
interface ClientRequest {
  readonly requestHeader: { readonly requestHandle: number; readonly returnDiagnostics: number };
}

/** Undefined for requests that no device ever hears of. */
export function scopeOf(
  session: Pick<ServerSession, 'sessionName'> | undefined,
  request: ClientRequest,
): RequestScope | undefined {
  if (!session || !(request instanceof WriteRequest || request instanceof CallRequest)) return undefined;
  return {
    correlationId: correlationIdOf(session.sessionName, request.requestHeader.requestHandle),
    reasons: new Map(),
  };
}

/**
 * `opcua-<session name>-<request handle>`: what the client itself knows of its request finds it in the log. Fit for log lines and
 * headers; a client that numbers nothing gets a number of ours.
 */
export function correlationIdOf(sessionName: string | null | undefined, requestHandle: number): string {
  const name = (sessionName ?? '').replaceAll(/[^A-Za-z0-9._-]+/g, '_').slice(0, 40) || 'session';
  return `opcua-${name}-${requestHandle === 0 ? newCorrelationId() : requestHandle}`;
}

/** Bit of `returnDiagnostics` by which a client asks for additional information about single operations (OPC 10000-4, 7.33). */
const operationAdditionalInfo = 0x80;

/** Tells a client that asks for it under which id a failed operation stands in the log, and why it failed. */
export function addDiagnostics(
  response: unknown,
  { correlationId, reasons }: RequestScope,
  request: ClientRequest,
): void {
  if ((request.requestHeader.returnDiagnostics & operationAdditionalInfo) === 0) return;
  const isAnswer = response instanceof WriteResponse || response instanceof CallResponse;
  if (!isAnswer) return;
  const results = (response.results ?? []).map((result) => ('statusCode' in result ? result.statusCode : result));
  if (results.every((result) => result.isGood())) return;
  response.diagnosticInfos = results.map((result, i) => {
    if (result.isGood()) return new DiagnosticInfo();
    const reason = reasons.get(i);
    return new DiagnosticInfo({
      additionalInfo: `correlationId ${correlationId}${reason === undefined ? '' : `: ${reason}`}`,
    });
  });
}
