import type { AuditPage, AuditVerification } from '@fieldwarden/admin-contract';
import type { paths } from '../../generated/admin-api.generated.js';
import { answered, api, fetchWithin } from './api-client.js';

/** Each as the route has it; empty = any. Times are ISO-8601. */
export interface AuditQuery {
  readonly from: string;
  readonly to: string;
  readonly user: string;
  readonly path: string;
  readonly action: string;
  readonly outcome: string;
  readonly via: string;
}

type RouteQuery = NonNullable<paths['/audit']['get']['parameters']['query']>;

/** Newest first. An address may name an action or outcome that there is not: the gateway says so. */
export async function auditPage(filter: AuditQuery, limit: number, cursor?: string): Promise<AuditPage> {
  const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== '')) as RouteQuery;
  return await answered(api.GET('/audit', { params: { query: { ...given, limit, cursor } } }));
}

/** A long book takes its time: every row is read. */
const verifyTimeoutMs = 10 * 60_000;

export async function verifyAudit(): Promise<AuditVerification> {
  return await answered(api.GET('/audit/verify', { fetch: (request) => fetchWithin(request, verifyTimeoutMs) }));
}
