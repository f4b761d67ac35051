/** What may be allowed, one word per verb (SPEC §13.2). Each route, method and command names the one that it takes. */
export const permissions = [
  'view', 'write', 'acknowledge', 'operate', 'configure', 'publish', 'certificates', 'users', 'audit', 'administer',
] as const; // prettier-ignore

/**
 * `view` reads everything that is shown · `write` writes tags · `acknowledge` acts on alarms · `operate` acts on drivers, devices and
 * services · `configure` changes the draft · `publish` publishes and rolls back · `certificates` trusts and rejects · `users` accounts,
 * tokens, sessions · `audit` reads who did what · `administer` secrets, backup, restore and the gateway's own process.
 */
export type Permission = (typeof permissions)[number];

export const roles = ['viewer', 'operator', 'engineer', 'admin'] as const;

export type Role = (typeof roles)[number];

const viewer: readonly Permission[] = ['view'];
const operator: readonly Permission[] = [...viewer, 'write', 'acknowledge'];
const engineer: readonly Permission[] = [...operator, 'operate', 'configure', 'publish', 'certificates', 'audit'];

/** What each role holds; the only place where that is said. */
export const permissionsOf: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  viewer: new Set(viewer),
  operator: new Set(operator),
  engineer: new Set(engineer),
  admin: new Set(permissions),
};

/** Those that are held for areas: their acts are about tags. The others are held for the gateway. */
export const areaPermissions: ReadonlySet<Permission> = new Set<Permission>(['write', 'acknowledge']);

export function isRole(text: unknown): text is Role {
  return (roles as readonly unknown[]).includes(text);
}
