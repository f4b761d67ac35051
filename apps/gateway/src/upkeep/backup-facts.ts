import type { RestoreAnswer } from '@fieldwarden/admin-contract';
import type { ReadBackup } from '@fieldwarden/backup';

export function factsOfBackup({ head, entries }: ReadBackup): Omit<RestoreAnswer, 'schema' | 'staged' | 'findings'> {
  const { version: madeBy, createdAt, site, encryption } = head;
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  return { version: madeBy, createdAt, site, encrypted: encryption !== null, files: entries.length, bytes };
}

/** What to know of a backup before and after it is brought back. `site`: of the gateway that is there; undefined: none is. */
export function findingsOf({ head, entries }: ReadBackup, site?: string): readonly string[] {
  const has = (name: string): boolean => entries.some(({ path }) => path === name);
  const isOther = site !== undefined && head.site !== null && head.site !== site;
  return [
    ...(isOther ? [`it is of the site ${head.site}, this gateway is ${site}`] : []),
    ...(head.encryption === null
      ? ['it holds no private keys, no secret files and no accounts: it is not encrypted']
      : []),
    ...(has('secrets.json') && !has('secret.key')
      ? ['its secrets need the key that they were encrypted with: secret.key']
      : []),
  ];
}
