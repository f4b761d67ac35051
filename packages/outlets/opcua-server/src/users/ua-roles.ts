import { mayDo, permissionsOf, roles, rolesOf, type Principal, type Role } from '@fieldwarden/gateway-contract';
import {
  DataType,
  makeNodeId,
  PermissionType,
  RolePermissionType,
  Variant,
  VariantArrayType,
  WellKnownRoles,
  type NodeId,
} from 'node-opcua';
import type { AnonymousAccess } from './anonymous.js';

/** The well-known roles of OPC 10000-18, 4.2, as which the gateway's roles are shown. */
const shownAs: Readonly<Record<Role, readonly WellKnownRoles[]>> = {
  viewer: [WellKnownRoles.Observer],
  operator: [WellKnownRoles.Observer, WellKnownRoles.Operator],
  engineer: [WellKnownRoles.Observer, WellKnownRoles.Operator, WellKnownRoles.Engineer],
  admin: [
    WellKnownRoles.Observer,
    WellKnownRoles.Operator,
    WellKnownRoles.Engineer,
    WellKnownRoles.ConfigureAdmin,
    WellKnownRoles.SecurityAdmin,
  ],
};

/** What somebody is in the words of the standard; who has a name is an AuthenticatedUser as well, which the library adds. */
export function uaRolesOf(principal: Principal): NodeId[] {
  if (principal.proof === 'anonymous') return [makeNodeId(WellKnownRoles.Anonymous)];
  return [...new Set(rolesOf(principal).flatMap((role) => shownAs[role]))].map((role) => makeNodeId(role));
}

/** A node, as far as its permissions ask. */
export interface GuardedNode {
  /** Path of the tag; undefined for folders and properties, which nobody writes. */
  readonly tagPath: string | undefined;
  readonly writable: boolean;
}

/** Attribute RolePermissions (OPC 10000-3, 5.2.9): of each role anywhere; areas are shown by UserRolePermissions alone. */
export function rolePermissions({ writable }: GuardedNode, anonymous: AnonymousAccess): Variant {
  const named = roles.map((role): readonly [WellKnownRoles, number] => {
    const own = shownAs[role].at(-1)!;
    return [own, permissionsIn((permission) => permissionsOf[role].has(permission), writable)];
  });
  const admin = named.at(-1)!;
  const nameless = permissionsIn((permission) => permission === 'view' || anonymous === true, writable);
  return permissionArray([
    ...named,
    [WellKnownRoles.ConfigureAdmin, admin[1]],
    ...(anonymous === false ? [] : [[WellKnownRoles.Anonymous, nameless] as const]),
  ]);
}

/** Attribute UserRolePermissions: of the roles that this one has, for this node. */
export function userRolePermissions(principal: Principal, { tagPath, writable }: GuardedNode): Variant {
  const allowed = permissionsIn((permission) => mayDo(principal, permission, tagPath), writable);
  return permissionArray(uaRolesOf(principal).map((role) => [Number(role.value), allowed]));
}

/** Who may see attribute RolePermissions. */
export function maySeeRolePermissions(principal: Principal): boolean {
  return mayDo(principal, 'users');
}

function permissionsIn(has: (permission: 'view' | 'write' | 'users') => boolean, writable: boolean): number {
  return (
    (has('view') ? PermissionType.Browse | PermissionType.Read : 0) |
    (writable && has('write') ? PermissionType.Write : 0) |
    (has('users') ? PermissionType.ReadRolePermissions : 0)
  );
}

function permissionArray(permissions: readonly (readonly [role: number, permissions: number])[]): Variant {
  const value = permissions.map(
    ([role, allowed]) => new RolePermissionType({ roleId: makeNodeId(role), permissions: allowed }),
  );
  return new Variant({ dataType: DataType.ExtensionObject, arrayType: VariantArrayType.Array, value });
}
