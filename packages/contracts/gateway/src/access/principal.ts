import type { Role } from './permission.js';

/** A role, and for which tags it is held: globs over tag paths, `packaging/**`. */
export interface Grant {
  readonly role: Role;
  readonly areas: readonly string[];
}

/** Somebody whom the gateway knows (SPEC §13.1): a person, a program with a token, a client of an outlet, or a part of the gateway itself. */
export interface Principal {
  /** Of the account or the token; of what has none, what identifies it: `anonymous`, an address, `flow count`. */
  readonly name: string;
  /** What several sources allow, side by side: a person may be operator here and viewer there. */
  readonly grants: readonly Grant[];
  /** How it was found out who this is. */
  readonly proof: PrincipalProof;
  /** Of the user on the machine of the gateway who came over the local socket, where that is proven. */
  readonly uid?: number;
}

/**
 * `socket`: may open the local socket · `setup`: the set-up token · `gateway`: a part of the gateway, in whose name the plant document lets
 * it act.
 */
export type PrincipalProof =
  'password' | 'token' | 'ldap' | 'oidc' | 'certificate' | 'socket' | 'setup' | 'anonymous' | 'gateway';

/** For the audit: `jane (uid 1000)`. */
export function auditedName({ name, uid }: Principal): string {
  return uid === undefined ? name : `${name} (uid ${uid})`;
}

/** For which tags a role is held unless an area is said. */
export const everywhere: readonly string[] = ['**'];

/** A part of the gateway, or a client for whom the plant document speaks: `modbus-server 10.0.0.9`. */
export function gatewayPrincipal(name: string, role: Role, areas: readonly string[] = everywhere): Principal {
  return { name, grants: [{ role, areas }], proof: 'gateway' };
}
