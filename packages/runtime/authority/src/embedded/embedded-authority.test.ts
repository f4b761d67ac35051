import { randomBytes } from 'node:crypto';
import { silentLogger, systemClock } from '@fieldwarden/core';
import { temporaryDirectory } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { ada, authorityContractSuite, noSeal, samplePublish, type AuthorityFixture } from '../testing/index.js';
import { EmbeddedAuthority } from './embedded-authority.js';

async function freshHome(): Promise<AuthorityFixture> {
  const home = await temporaryDirectory('fieldwarden-authority-');
  return {
    open: () => EmbeddedAuthority.open({ home: home.path, clock: systemClock, logger: silentLogger }),
    [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
  };
}

authorityContractSuite('EmbeddedAuthority', freshHome);

describe('EmbeddedAuthority (§7.2)', () => {
  it('opens a file again that is larger than what it copies at a time', async () => {
    await using store = await freshHome();
    const before = await store.open();
    const texts = ['a', 'b', 'c'].map(() => randomBytes(4_000_000).toString('base64'));
    for (const [i, text] of texts.entries()) {
      await before.site(`site-${i}`).saveDraft(text, { by: ada });
      await before.site(`site-${i}`).publish(samplePublish(), noSeal);
    }
    await before.close();
    const after = await store.open();
    for (const [i, text] of texts.entries()) expect((await after.site(`site-${i}`).draft()).text === text).toBe(true);
    expect(await after.sites()).toEqual(['site-0', 'site-1', 'site-2']);
    await after.close();
  });
});
