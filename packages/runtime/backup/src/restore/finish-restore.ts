import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Below the home directory: a backup, unpacked and proved, that is to take the place of what is there. */
export const stagedFolder = '.restored';

/** In it: the names at the top of the backup, JSON `{ names }`. */
export const restorePlan = '.restore-plan.json';

/** Stays where it is, whoever restores: the claim of who does it, what is set aside, the file system's own. */
const staying = /^(?:gateway\.lock.*|admin\.sock|lost\+found|\.restored|before-restore-.*)$/;

/** Put there by the operator for the plant that is brought back, where the backup has none. */
const brought = new Set(['secret.key', 'secrets']);

export interface FinishedRestore {
  /** Where what was there is now; undefined: nothing was. */
  readonly setAside: string | undefined;
}

/**
 * Puts a staged backup in place; what was there is set aside, nothing of it is lost. Goes on where a killed one stopped. Undefined: none is
 * staged. To be called by who holds the claim on the home directory, before anything of it is read.
 */
export function finishRestore(home: string, now: Date): FinishedRestore | undefined {
  const staged = join(home, stagedFolder);
  if (!existsSync(join(staged, restorePlan))) return undefined;
  const { names } = JSON.parse(readFileSync(join(staged, restorePlan), 'utf8')) as {
    readonly names: readonly string[];
  };
  const isInPlace = (name: string): boolean => names.includes(name) && !existsSync(join(staged, name));
  const former = readdirSync(home).filter(
    (name) => !staying.test(name) && !isInPlace(name) && !staysBeside(name, names),
  );
  const aside =
    former.length === 0 ? undefined : join(home, `before-restore-${now.toISOString().replaceAll(/[:.]/g, '-')}`);
  if (aside !== undefined) {
    mkdirSync(aside, { recursive: true, mode: 0o700 });
    for (const name of former) renameSync(join(home, name), join(aside, name));
  }
  for (const name of names) if (existsSync(join(staged, name))) renameSync(join(staged, name), join(home, name));
  rmSync(staged, { recursive: true, force: true });
  return { setAside: aside };
}

/** What keeps a restore from beginning without the operator's word: names in the home directory that would be set aside. */
export function inTheWay(home: string): readonly string[] {
  if (!existsSync(home)) return [];
  return readdirSync(home).filter((name) => !staying.test(name) && !brought.has(name) && name !== '.restoring');
}

function staysBeside(name: string, names: readonly string[]): boolean {
  return brought.has(name) && !names.includes(name);
}
