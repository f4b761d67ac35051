import type { Access } from '@fieldwarden/accounts';
import type { SessionAnswer } from '@fieldwarden/admin-contract';
import { permissionsHeldBy, rolesOf } from '@fieldwarden/gateway-contract';
import type { Requester } from '../../access/requester.js';

/** Who asks, and what somebody who does not ask yet has to know. */
export function sessionAnswer(requester: Requester | undefined, access: Access): SessionAnswer {
  const { principal, csrfToken = null, expiresAtMs = null } = requester ?? {};
  return {
    schema: 'fieldwarden/session@1',
    authenticated: principal !== undefined,
    name: principal?.name ?? null,
    roles: principal ? [...rolesOf(principal)] : [],
    permissions: principal ? [...permissionsHeldBy(principal)] : [],
    areas: [...new Set(principal?.grants.flatMap(({ areas }) => areas))],
    proof: principal?.proof ?? null,
    setup: principal?.proof === 'setup',
    needsAdmin: !access.accounts.hasAdmin,
    oidc: access.oidc && { title: access.oidc.title },
    csrfToken,
    expiresAt: expiresAtMs === null ? null : new Date(expiresAtMs).toISOString(),
  };
}
