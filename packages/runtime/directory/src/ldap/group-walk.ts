import { normalisedDn } from '../roles/distinguished-name.js';

/** Groups in groups are followed so far. */
export const maxDepth = 8;

/** Of one person; whoever is in more is taken to be in these. */
export const maxGroups = 1_000;

/**
 * The groups of a person: those that it is in, and those that these are in, over at most eight levels; each once, also where groups are in
 * each other. `groupsWith` tells the groups that have one of these as member.
 */
export async function walkGroups(
  memberDn: string,
  groupsWith: (members: readonly string[]) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const found = new Map<string, string>();
  let members: readonly string[] = [memberDn];
  for (let depth = 0; depth < maxDepth && members.length > 0 && found.size < maxGroups; depth++) {
    const fresh = new Map<string, string>();
    for (const dn of await groupsWith(members)) {
      const key = normalisedDn(dn) ?? dn;
      if (!found.has(key)) fresh.set(key, dn);
    }
    for (const [key, dn] of fresh) found.set(key, dn);
    members = [...fresh.values()];
  }
  return [...found.values()].slice(0, maxGroups);
}
