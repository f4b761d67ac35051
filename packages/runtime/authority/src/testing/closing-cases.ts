import { expect, it } from 'vitest';
import { withAuthority, type AuthorityFixture } from './authority-fixture.js';
import { ada, noSeal, samplePublish } from './samples.js';

/** Closing, also in the middle of something. */
export function closingCases(fixture: () => Promise<AuthorityFixture>): void {
  it('finishes the publish that has begun when it is closed, and rejects those that waited behind it', () =>
    withAuthority(fixture, async (authority, reopen) => {
      const site = authority.site('lab');
      let begun!: () => void;
      let finish!: () => void;
      const sealing = new Promise<void>((resolve) => (begun = resolve));
      const first = site.publish(samplePublish(), () => {
        begun();
        return new Promise((resolve) => (finish = resolve));
      });
      await sealing;
      const second = site.publish(samplePublish(), noSeal);
      const refused = expect(second).rejects.toMatchObject({ code: 'AUTHORITY_CLOSED', kind: 'cancelled' });
      const closing = authority.close();
      finish();
      expect((await first).generation).toBe(1);
      await refused;
      await closing;
      expect(await (await reopen()).site('lab').generations({ limit: 9 })).toHaveLength(1);
    }));

  it('rejects whatever is asked of it once it is closed, and may be closed again', () =>
    withAuthority(fixture, async (authority) => {
      const site = authority.site('lab');
      await authority.close();
      await authority.close();
      const asked = [
        () => authority.sites(), () => site.current(), () => site.currentSummary(), () => site.generation(1), () => site.draft(),
        () => site.generations({ limit: 1 }), () => site.audit(1), () => site.saveDraft('x', { by: ada }), () => site.discardDraft(ada),
        () => site.publish(samplePublish(), noSeal),
      ]; // prettier-ignore
      for (const ask of asked) await expect(ask()).rejects.toMatchObject({ code: 'AUTHORITY_CLOSED' });
    }));
}
