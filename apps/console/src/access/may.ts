import { areaPermissions, pathMatcher, type Permission } from '@fieldwarden/gateway-contract';
import type { ConsoleSession } from '../session/session-store.js';

/** Whether somebody may do something, and if not, why: what a button says that cannot be pressed. */
export type May = { readonly allowed: true } | { readonly allowed: false; readonly reason: string };

export const allowed: May = { allowed: true };

/** As the gateway decides (SPEC §13.2), from what it said of the session. The gateway decides again when it is asked. */
export function mayOf({ permissions, areas }: Rights, permission: Permission, path?: string): May {
  if (!permissions.has(permission)) return refused(`it takes the permission ${permission}`);
  if (path === undefined || !areaPermissions.has(permission) || isWithin(areas, path)) return allowed;
  return refused(`it takes the permission ${permission} for ${path}; yours is for ${areas.join(', ')}`);
}

/** Both, the first refusal of them otherwise. */
export function mayBoth(first: May, second: May): May {
  return first.allowed ? second : first;
}

type Rights = Pick<ConsoleSession, 'permissions' | 'areas'>;

function refused(why: string): May {
  return { allowed: false, reason: `Not for you: ${why}.` };
}

const matchers = new WeakMap<readonly string[], (path: string) => boolean>();

function isWithin(areas: readonly string[], path: string): boolean {
  let matches = matchers.get(areas);
  if (!matches) matchers.set(areas, (matches = pathMatcher(areas)));
  return matches(path);
}
