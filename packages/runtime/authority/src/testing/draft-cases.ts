import { expect, it } from 'vitest';
import { withAuthority, type AuthorityFixture } from './authority-fixture.js';
import { ada, noSeal, samplePublish } from './samples.js';

/** Drafts: text as it was typed, and a revision that rises with every change. */
export function draftCases(fixture: () => Promise<AuthorityFixture>): void {
  it('begins without a draft', () =>
    withAuthority(fixture, async (authority) => {
      expect(await authority.site('lab').draft()).toEqual({
        revision: 0,
        baseGeneration: null,
        text: null,
        updatedAtMs: null,
        author: null,
      });
    }));

  it('keeps text that is no document yet, exactly as it was typed', () =>
    withAuthority(fixture, async (authority, reopen) => {
      for (const text of ['drivers: [ {', '', '\r\n\t é \0 \ud800 🏭\n', 'x'.repeat(2_000_000)]) {
        const saved = await authority.site('lab').saveDraft(text, { by: ada });
        expect(saved).toMatchObject({ text, author: 'ada' });
        expect(await authority.site('lab').draft()).toEqual(saved);
      }
      expect((await (await reopen()).site('lab').draft()).revision).toBe(4);
    }));

  it('refuses a change of a draft that has moved on, and changes nothing', () =>
    withAuthority(fixture, async (authority) => {
      const site = authority.site('lab');
      await site.saveDraft('mine', { by: ada, expectedRevision: 0 });
      await expect(site.saveDraft('yours', { by: ada, expectedRevision: 0 })).rejects.toMatchObject({
        code: 'REVISION_STALE',
        kind: 'rejected',
      });
      expect(await site.draft()).toMatchObject({ revision: 1, text: 'mine' });
      expect(await site.audit(10)).toHaveLength(1);
    }));

  it('lets one of several win who save at the same time with the same revision', () =>
    withAuthority(fixture, async (authority) => {
      const site = authority.site('lab');
      const texts = ['a', 'b', 'c', 'd'];
      const outcomes = await Promise.allSettled(
        texts.map((text) => site.saveDraft(text, { by: ada, expectedRevision: 0 })),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect((await site.draft()).revision).toBe(1);
    }));

  it('forgets the text of a discarded draft, and its revision rises', () =>
    withAuthority(fixture, async (authority) => {
      const site = authority.site('lab');
      await site.publish(samplePublish(), noSeal);
      await site.saveDraft('x', { by: ada });
      expect(await site.discardDraft(ada)).toMatchObject({ revision: 3, text: null, baseGeneration: 1 });
      expect(await site.draft()).toMatchObject({ revision: 3, text: null });
    }));

  it('remembers the generation that a draft was begun from', () =>
    withAuthority(fixture, async (authority) => {
      const site = authority.site('lab');
      expect(await site.saveDraft('x', { by: ada })).toMatchObject({ baseGeneration: null });
      await site.publish(samplePublish({ fromDraft: true }), noSeal);
      expect(await site.saveDraft('y', { by: ada })).toMatchObject({ baseGeneration: 1 });
      await site.publish(samplePublish(), noSeal);
      expect(await site.saveDraft('z', { by: ada })).toMatchObject({ baseGeneration: 1 });
    }));

  it('discards a draft that was published, and keeps one beside which something else was', () =>
    withAuthority(fixture, async (authority) => {
      const site = authority.site('lab');
      await site.saveDraft('mine', { by: ada });
      await site.publish(samplePublish({ fromDraft: false }), noSeal);
      expect(await site.draft()).toMatchObject({ revision: 2, text: 'mine' });
      await site.publish(samplePublish({ fromDraft: true, expectedRevision: 2 }), noSeal);
      expect(await site.draft()).toMatchObject({ revision: 3, text: null, baseGeneration: 2 });
    }));
}
