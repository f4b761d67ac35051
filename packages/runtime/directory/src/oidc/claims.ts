type Claims = Readonly<Record<string, unknown>>;

/** The claim of this name; else, where the name has dots, what the path leads to: `realm_access.roles`. */
export function claimAt(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let at: unknown = claims;
  for (const step of name.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Claims)[step];
  }
  return at;
}

/** Undefined for what is no name of a person. */
export function nameIn(claims: Claims, claim: string): string | undefined {
  const name = claimAt(claims, claim);
  return typeof name === 'string' && /^[^\p{Cc}]{1,256}$/u.test(name) && name === name.trim() ? name : undefined;
}

/** The texts in a list, or the one text; undefined where there is no such claim. */
export function groupsIn(claims: Claims, claim: string): readonly string[] | undefined {
  const groups = claimAt(claims, claim);
  if (groups === undefined) return undefined;
  return [groups].flat().filter((group): group is string => typeof group === 'string');
}
