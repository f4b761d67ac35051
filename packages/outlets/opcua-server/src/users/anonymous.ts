import { everywhere, type Principal } from '@fieldwarden/gateway-contract';

/** Whether clients without a name are let in: to read and write, to read only, or not at all. */
export type AnonymousAccess = boolean | 'viewer';

/** Who a client without a name is, where the plant lets it in. */
export function anonymousPrincipal(access: Exclude<AnonymousAccess, false>): Principal {
  const role = access === 'viewer' ? 'viewer' : 'operator';
  return { name: 'anonymous', grants: [{ role, areas: everywhere }], proof: 'anonymous' };
}

/** Who has no session: may do nothing. */
export const nobody: Principal = { name: 'nobody', grants: [], proof: 'anonymous' };
