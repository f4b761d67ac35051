import { newCorrelationId } from '@fieldwarden/core';

export const correlationHeader = 'X-Correlation-Id';

/** What the client sent, if it is fit for log lines and headers; else a new one. */
export function correlationIdOf(header: string | undefined): string {
  return header !== undefined && /^[A-Za-z0-9._-]{1,64}$/.test(header) ? header : newCorrelationId();
}
