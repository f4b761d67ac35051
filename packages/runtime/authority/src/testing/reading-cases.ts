import { expect, it } from 'vitest';
import type { SiteAuthority } from '../config-authority.js';
import { withAuthority, type AuthorityFixture } from './authority-fixture.js';
import { ada, noSeal, samplePlant, samplePublish } from './samples.js';

/** Reading, paging, and sites that do not know each other. */
export function readingCases(fixture: () => Promise<AuthorityFixture>): void {
  it('knows nothing of a site before its first publish', () =>
    withAuthority(fixture, async (authority) => {
      const site = authority.site('lab');
      expect([await site.current(), await site.currentSummary(), await site.generation(1)]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      expect([await site.generations({ limit: 10 }), await site.audit(10), await authority.sites()]).toEqual([
        [],
        [],
        [],
      ]);
    }));

  it('summarises a generation without its document', () =>
    withAuthority(fixture, async (authority) => {
      const { document: _document, ...summary } = await authority.site('lab').publish(samplePublish(), noSeal);
      expect(await authority.site('lab').currentSummary()).toEqual(summary);
      expect(await authority.site('lab').generations({ limit: 1 })).toEqual([summary]);
    }));

  it('pages through generations, newest first, across gaps', () =>
    withAuthority(fixture, async (authority) => {
      const site = authority.site('lab');
      for (const above of [0, 0, 10, 0, 20]) await site.publish(samplePublish({ above }), noSeal);
      expect(await numbers(site, { limit: 2 })).toEqual([21, 12]);
      expect(await numbers(site, { limit: 2, before: 12 })).toEqual([11, 2]);
      expect(await numbers(site, { limit: 2, before: 2 })).toEqual([1]);
      expect(await numbers(site, { limit: 2, before: 1 })).toEqual([]);
      expect(await numbers(site, { limit: 0 })).toEqual([]);
      expect(await numbers(site, { limit: 100, before: 1_000 })).toEqual([21, 12, 11, 2, 1]);
      expect(await numbers(site, { limit: 1, before: Infinity })).toEqual([21]);
      expect(await numbers(site, { limit: 1, before: -3 })).toEqual([]);
      for (const none of [5, 0, -1, 1.5, NaN, 1e300]) expect(await site.generation(none)).toBeUndefined();
    }));

  it('keeps sites apart', () =>
    withAuthority(fixture, async (authority) => {
      const [lab, plant, typing] = ['lab', 'Plant.2', 'a-draft-only'].map((name) => authority.site(name));
      await Promise.all(
        [lab, lab, plant].map((site) =>
          site.publish(samplePublish({ document: samplePlant({ site: site.site }) }), noSeal),
        ),
      );
      await typing.saveDraft('x', { by: ada });
      expect(await authority.sites()).toEqual(['Plant.2', 'lab']);
      expect([await numbers(lab, { limit: 9 }), await numbers(plant, { limit: 9 })]).toEqual([[2, 1], [1]]);
      expect((await plant.current())?.document.site).toBe('Plant.2');
      expect([await lab.audit(9), await plant.audit(9)].map(({ length }) => length)).toEqual([2, 1]);
      expect((await plant.draft()).revision).toBe(1);
    }));

  it('refuses a name that is not a site’s', () =>
    withAuthority(fixture, async (authority) => {
      for (const name of ['', '../x', '.hidden', 'a b', 'x'.repeat(65), 'a\0'])
        expect(() => authority.site(name)).toThrow(expect.objectContaining({ code: 'AUTHORITY_SITE_INVALID' }));
    }));
}

async function numbers(site: SiteAuthority, page: { limit: number; before?: number }): Promise<readonly number[]> {
  return (await site.generations(page)).map(({ generation }) => generation);
}
