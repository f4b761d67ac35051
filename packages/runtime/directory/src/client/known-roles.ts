import type { Clock } from '@fieldwarden/core';
import type { Grant } from '@fieldwarden/gateway-contract';
import type { RoleMap } from '../roles/role-map.js';

/** What a directory said last of somebody, and when. */
export interface LastGrants {
  readonly grants: readonly Grant[];
  /** ms since 1970 UTC. */
  readonly atMs: number;
}

/** The groups of somebody; undefined: the directory has nobody of this name any more. */
export type GroupLookUp = (name: string) => Promise<readonly string[] | undefined>;

export interface KnownRolesDependencies {
  readonly lookUp: GroupLookUp;
  /** What groups give now. */
  readonly roles: () => RoleMap;
  readonly clock: Clock;
  /** Called when it cannot be asked. */
  readonly onTrouble: (name: string, error: unknown) => void;
}

/** What is older is asked anew. */
export const freshMs = 5 * 60_000;

/** SPEC §13.1: so long the last word counts while the directory is away. For what somebody may do, never for a password. */
export const lastWordMs = 8 * 3_600_000;

/** A directory that is away is not asked about the same person on each request. */
const againMs = 30_000;

/** Beyond it, those of whom was heard longest ago are forgotten: their sessions tell what was known at the sign-in. */
const maxKnown = 1_000;

interface Known {
  /** Undefined: not heard of since the start; null: there is nobody of this name any more. */
  groups: readonly string[] | null | undefined;
  /** Monotonic ms, as the next. */
  saidMs: number;
  askedMs: number;
  isAsking: boolean;
}

/**
 * What people of a directory may do while they are signed in: answered at once, from what is known; asked anew behind it. A person who is
 * gone, has lost all roles, or of whom nothing was heard for eight hours may do nothing.
 */
export class KnownRoles {
  readonly #deps: KnownRolesDependencies;
  readonly #known = new Map<string, Known>();

  constructor(deps: KnownRolesDependencies) {
    this.#deps = deps;
  }

  /** At a sign-in. */
  said(name: string, groups: readonly string[]): void {
    const nowMs = this.#deps.clock.monotonicMs();
    this.#put(name, { groups, saidMs: nowMs, askedMs: nowMs, isAsking: false });
  }

  /** Undefined: nothing any more. `last`: what the session has, of the time before a restart. */
  grantsNow(name: string, last: LastGrants): readonly Grant[] | undefined {
    const known = this.#known.get(name) ?? this.#asLast(name, last);
    const nowMs = this.#deps.clock.monotonicMs();
    if (nowMs - known.saidMs >= freshMs && nowMs - known.askedMs >= againMs && !known.isAsking) {
      void this.#ask(name, known);
    }
    if (known.groups === null || nowMs - known.saidMs >= lastWordMs) return undefined;
    const roles = this.#deps.roles();
    const grants = known.groups ? roles.ofDirectory(known.groups) : last.grants.filter((grant) => roles.gives(grant));
    return grants.length > 0 ? grants : undefined;
  }

  #asLast(name: string, { atMs }: LastGrants): Known {
    const { clock } = this.#deps;
    const ageMs = Math.max(freshMs, clock.wallMs() - atMs);
    const known = { groups: undefined, saidMs: clock.monotonicMs() - ageMs, askedMs: -Infinity, isAsking: false };
    this.#put(name, known);
    return known;
  }

  #put(name: string, known: Known): void {
    this.#known.delete(name);
    this.#known.set(name, known);
    if (this.#known.size > maxKnown) this.#known.delete(this.#known.keys().next().value!);
  }

  async #ask(name: string, known: Known): Promise<void> {
    const { clock, lookUp, onTrouble } = this.#deps;
    known.isAsking = true;
    known.askedMs = clock.monotonicMs();
    try {
      const groups = await lookUp(name);
      known.groups = groups ?? null;
      known.saidMs = clock.monotonicMs();
    } catch (error) {
      onTrouble(name, error);
    } finally {
      known.isAsking = false;
    }
  }
}
