import { describe } from 'vitest';
import type { AuthorityFixture } from './authority-fixture.js';
import { closingCases } from './closing-cases.js';
import { draftCases } from './draft-cases.js';
import { publishCases } from './publish-cases.js';
import { readingCases } from './reading-cases.js';

/**
 * Registers, as vitest tests, every sentence that `ConfigAuthority` and `SiteAuthority` promise. Each runs on a store of its own.
 *
 * ```ts
 * authorityContractSuite('EmbeddedAuthority', freshHome);
 * ```
 */
export function authorityContractSuite(name: string, fixture: () => Promise<AuthorityFixture>): void {
  describe(`${name} keeps the contract of an authority (§7.2):`, () => {
    publishCases(fixture);
    draftCases(fixture);
    readingCases(fixture);
    closingCases(fixture);
  });
}
