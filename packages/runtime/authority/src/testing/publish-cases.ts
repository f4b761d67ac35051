import { documentDigest } from '@fieldwarden/config';
import { expect, it } from 'vitest';
import type { Generation } from '../config-authority.js';
import { withAuthority, type AuthorityFixture } from './authority-fixture.js';
import { ada, noSeal, samplePlant, samplePublish } from './samples.js';

/** Publishing: number, seal, store, flip and audit are one thing. */
export function publishCases(fixture: () => Promise<AuthorityFixture>): void {
  it('numbers the generations of a site from 1 and keeps each as it was published', () =>
    withAuthority(fixture, async (authority, reopen) => {
      const first = await authority.site('lab').publish(samplePublish(), noSeal);
      await authority
        .site('lab')
        .publish(samplePublish({ document: samplePlant({ tags: 3 }), message: 'more' }), noSeal);
      const site = (await reopen()).site('lab');
      expect(await site.generation(1)).toEqual(first);
      expect(await site.current()).toMatchObject({
        generation: 2,
        message: 'more',
        author: 'ada',
        tags: 3,
        drivers: 1,
      });
      expect((await site.current())?.sha256).toBe(documentDigest(samplePlant({ tags: 3 })).sha256);
    }));

  it('keeps the text that a generation was published from, and which file that was', () =>
    withAuthority(fixture, async (authority, reopen) => {
      const source = { sha256: 'a'.repeat(64), file: '/etc/plant.yaml' };
      const text = '# why \u0000 \ud800\r\nversion: 1\n';
      const first = await authority.site('lab').publish(samplePublish({ text, source }), noSeal);
      const typed = { sha256: 'b'.repeat(64), file: null };
      await authority.site('lab').publish(samplePublish({ text: 'b', source: typed }), noSeal);
      await authority.site('lab').publish(samplePublish({ text: 'edited' }), noSeal);
      await authority.site('lab').publish(samplePublish(), noSeal);
      const site = (await reopen()).site('lab');
      expect(await site.generation(1)).toEqual(first);
      expect(first).toMatchObject({ text, source });
      expect((await site.generation(2))?.text).toBe('b');
      expect((await site.generation(3))?.text).toBe('edited');
      expect(await site.current()).not.toHaveProperty('text');
      const page = await site.generations({ limit: 10 });
      expect(page.map((summary) => summary.source)).toEqual([undefined, undefined, typed, source]);
      expect(page.some((summary) => 'text' in summary)).toBe(false);
    }));

  it('seals the very generation before it can be read', () =>
    withAuthority(fixture, async (authority) => {
      const site = authority.site('lab');
      const seen: unknown[] = [];
      const published = await site.publish(samplePublish(), async (generation) => {
        seen.push(generation, await site.currentSummary());
      });
      expect(seen).toEqual([published, undefined]);
      expect((await site.currentSummary())?.generation).toBe(1);
    }));

  it('publishes nothing when sealing fails, and rejects with its error', () =>
    withAuthority(fixture, async (authority) => {
      const site = authority.site('lab');
      await site.saveDraft('a: 1', { by: ada });
      const before = [await site.draft(), await site.audit(10)];
      const failing = site.publish(samplePublish({ fromDraft: true }), () => Promise.reject(new Error('disk full')));
      await expect(failing).rejects.toThrow('disk full');
      expect([await site.draft(), await site.audit(10)]).toEqual(before);
      expect(await site.current()).toBeUndefined();
      expect((await site.publish(samplePublish(), noSeal)).generation).toBe(1);
    }));

  it('numbers above what is sealed elsewhere already', () =>
    withAuthority(fixture, async (authority) => {
      const site = authority.site('lab');
      expect((await site.publish(samplePublish({ above: 41 }), noSeal)).generation).toBe(42);
      expect((await site.publish(samplePublish({ above: 7 }), noSeal)).generation).toBe(43);
    }));

  it('lets concurrent publishers through one after the other', () =>
    withAuthority(fixture, async (authority) => {
      let sealing = 0;
      const seal = async (): Promise<void> => {
        expect(++sealing).toBe(1);
        await new Promise((resolve) => setImmediate(resolve));
        sealing--;
      };
      const messages = Array.from({ length: 8 }, (_, i) => `m${i}`);
      const done = await Promise.all(
        messages.map((message) => authority.site('lab').publish(samplePublish({ message }), seal)),
      );
      expect(done.map(({ generation }) => generation).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      const kept = await authority.site('lab').generations({ limit: 100 });
      expect(kept.map(({ message }) => message).sort()).toEqual(messages);
    }));

  it('lets one of two publishers win who expect the same revision', () =>
    withAuthority(fixture, async (authority) => {
      const site = authority.site('lab');
      const attempts = [1, 2].map(() => site.publish(samplePublish({ expectedRevision: 0 }), noSeal));
      const outcomes = await Promise.allSettled(attempts);
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const lost = outcomes.find((outcome) => outcome.status === 'rejected');
      expect(lost?.reason).toMatchObject({ code: 'REVISION_STALE', kind: 'rejected' });
      expect(await site.generations({ limit: 10 })).toHaveLength(1);
    }));

  it('seals nothing for a revision that is stale', () =>
    withAuthority(fixture, async (authority) => {
      const sealed: Generation[] = [];
      const stale = authority
        .site('lab')
        .publish(samplePublish({ expectedRevision: 3 }), async (g) => void sealed.push(g));
      await expect(stale).rejects.toMatchObject({ code: 'REVISION_STALE' });
      expect(sealed).toEqual([]);
    }));

  it('remembers whose content a rollback brought back', () =>
    withAuthority(fixture, async (authority) => {
      const site = authority.site('lab');
      const first = await site.publish(samplePublish(), noSeal);
      await site.publish(samplePublish({ document: samplePlant({ tags: 2 }) }), noSeal);
      await site.publish(samplePublish({ document: first.document, rollbackOf: 1, message: 'back' }), noSeal);
      expect(await site.currentSummary()).toMatchObject({ generation: 3, rollbackOf: 1, sha256: first.sha256 });
      expect((await site.audit(1))[0]).toMatchObject({ action: 'rollback', generation: 3, message: 'back' });
    }));

  it('writes who did it, how and for which request into the audit, newest first', () =>
    withAuthority(fixture, async (authority) => {
      const site = authority.site('lab');
      await site.saveDraft('x', { by: { name: 'bea', via: 'console', correlationId: 'r-9' } });
      await site.publish(samplePublish(), noSeal);
      await site.recordAudit({
        action: 'refused',
        author: 'eve',
        via: 'admin-api/t',
        generation: null,
        message: 'no',
        correlationId: 'r-10',
      });
      const rows = await site.audit(10);
      expect(
        rows.map(({ action, author, via, generation, correlationId }) => [
          action,
          author,
          via,
          generation,
          correlationId,
        ]),
      ).toEqual([
        ['refused', 'eve', 'admin-api/t', null, 'r-10'],
        ['publish', 'ada', 'cli', 1, 'c-1'],
        ['draft', 'bea', 'console', null, 'r-9'],
      ]);
      for (const { at } of rows) expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(await site.audit(1)).toHaveLength(1);
    }));

  it('keeps a document of 100,000 tags', () =>
    withAuthority(fixture, async (authority, reopen) => {
      const document = samplePlant({ tags: 100_000 });
      await authority.site('lab').publish(samplePublish({ document }), noSeal);
      const kept = await (await reopen()).site('lab').current();
      expect(kept?.tags).toBe(100_000);
      expect(JSON.stringify(kept?.document)).toBe(JSON.stringify(document));
    }));

  it('keeps every character of a document, and what can be kept of names and messages', () =>
    withAuthority(fixture, async (authority) => {
      const odd = 'Füller – 充填機 🏭 \\ " \0 \ud800 \u2028';
      const document = { ...samplePlant(), drivers: [{ id: 'x', type: 'simulator', options: { [odd]: odd } }] };
      const by = { name: `ada ${odd}`, via: 'cli', correlationId: odd };
      await authority.site('lab').publish(samplePublish({ document, message: odd, by }), noSeal);
      expect((await authority.site('lab').current())?.document).toEqual(document);
      expect(await authority.site('lab').currentSummary()).toMatchObject({
        message: 'Füller – 充填機 🏭 \\ " \ufffd \ufffd \u2028',
        author: 'ada Füller – 充填機 🏭 \\ " \ufffd \ufffd \u2028',
      });
    }));
}
