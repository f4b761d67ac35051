import { fail, ok, warn, type Check } from '../check.js';
import { isLoopback } from '../facts/doctor-facts.js';
import { listOf } from '../facts/kept-lists.js';

/** Without a local administrator nobody is left when a directory is away; a set-up token that lies about makes anybody the first. */
export const accounts: Check = {
  id: 'accounts',
  run({ home, running }) {
    const remedy = 'make the first one: fieldwarden users add NAME --role admin';
    const hasAdmin = listOf(home, 'accounts.json', 'accounts').some(isAdmin);
    const hasOpenDoor = listOf(home, 'tokens.json', 'tokens').some(isUnusedSetupToken);
    if (hasAdmin) return ok('there is a local administrator');
    if (hasOpenDoor && running && !isLoopback(running.bind)) {
      return fail(`the set-up token is not used up, and ${running.bind} is reached by others: who has it becomes administrator`, remedy); // prettier-ignore
    }
    return warn(`there is no local administrator${hasOpenDoor ? ', and the set-up token is not used up' : ''}`, remedy);
  },
};

function isAdmin({ role, enabled }: Readonly<Record<string, unknown>>): boolean {
  return role === 'admin' && enabled !== false;
}

function isUnusedSetupToken({ name, usedAt }: Readonly<Record<string, unknown>>): boolean {
  return name === 'set-up' && (usedAt === null || usedAt === undefined);
}
