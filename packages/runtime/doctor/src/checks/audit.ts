import { glanceAtAudit } from '@fieldwarden/audit';
import { existsSync } from 'node:fs';
import { fail, ok, type Check } from '../check.js';

/** The newest rows alone: all of them take seconds, and are `audit --verify`. */
export const audit: Check = {
  id: 'audit',
  async run({ home }) {
    if (!existsSync(home)) return ok('there is no audit yet');
    const glance = await glanceAtAudit(home);
    if (glance.ok) return ok(`audit: ${glance.message}`);
    return fail(
      `the audit is not as it was written: ${glance.message}`,
      'keep a copy of audit*.log of the home directory, find out who changed it, and see each place: fieldwarden audit --verify',
    );
  },
};
