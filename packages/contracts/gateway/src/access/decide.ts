import { GatewayError } from '@fieldwarden/core';
import { pathMatcher } from './path-globs.js';
import { areaPermissions, permissions, permissionsOf, type Permission, type Role } from './permission.js';
import type { Grant, Principal } from './principal.js';

/**
 * The one decision (SPEC §13.2): whether somebody may do something, to this tag where it is about one. Denied unless one of the grants says
 * otherwise. Without a path, a permission that is held for areas counts wherever it is held.
 */
export function mayDo({ grants, proof }: Principal, permission: Permission, path?: string): boolean {
  if (proof === 'anonymous' && !withoutPerson.has(permission)) return false;
  return grants.some((grant) => {
    if (!permissionsOf[grant.role].has(permission)) return false;
    return path === undefined || !areaPermissions.has(permission) || isInAreas(grant, path);
  });
}

/** Everything that somebody may do, at least somewhere. */
export function permissionsHeldBy(principal: Principal): ReadonlySet<Permission> {
  return new Set(permissions.filter((permission) => mayDo(principal, permission)));
}

/** The roles of somebody, each once. */
export function rolesOf({ grants }: Principal): readonly Role[] {
  return [...new Set(grants.map(({ role }) => role))];
}

/** Throws `notAllowed`. */
export function demand(principal: Principal, permission: Permission, path?: string): void {
  if (!mayDo(principal, permission, path)) throw notAllowed(principal, permission, path);
}

/** The refusal, kind `forbidden`: names the permission that is missing and, where it is held elsewhere, the areas. */
export function notAllowed(principal: Principal, permission: Permission, path?: string): GatewayError {
  const held = principal.grants.filter(({ role }) => permissionsOf[role].has(permission)).flatMap(({ areas }) => areas);
  const where = path === undefined ? '' : ` for ${path}`;
  const elsewhere = held.length > 0 ? `; ${principal.name} holds it for ${held.join(', ')}` : '';
  return new GatewayError({
    code: 'NOT_PERMITTED',
    kind: 'forbidden',
    message: `not for ${principal.name}: it takes the permission ${permission}${where}${elsewhere}`,
  });
}

/** What may be done by nobody in particular, where a plant lets anonymous clients in; the rest needs a name. */
const withoutPerson: ReadonlySet<Permission> = new Set<Permission>(['view', 'write']);

const matchers = new WeakMap<readonly string[], (path: string) => boolean>();

function isInAreas({ areas }: Grant, path: string): boolean {
  let matches = matchers.get(areas);
  if (!matches) matchers.set(areas, (matches = pathMatcher(areas)));
  return matches(path);
}
