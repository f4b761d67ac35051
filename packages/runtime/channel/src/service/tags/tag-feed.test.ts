import { silentLogger } from '@fieldwarden/core';
import type { TagDefinition } from '@fieldwarden/gateway-contract';
import { TagStore } from '@fieldwarden/tags';
import { FakeClock } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { tagCredits } from '../service-messages.js';
import { MirrorFeed } from './tag-feed.js';

function tag(path: string): TagDefinition {
  const type = { scalar: 'float64' } as const;
  const rest = { driverId: 'd', deviceId: 'u', address: path, scanMs: 100, writeIdempotent: false, verify: false };
  return { path, type, rawType: type, access: 'read-only', ...rest };
}

describe('what a Host asks for after a standstill (§16.4)', () => {
  it('is answered under changes that never end', async () => {
    const clock = new FakeClock();
    const store = new TagStore(clock, silentLogger);
    store.define([tag('a')]);
    const handle = store.handleOf('a')!;
    let value = 0;
    const port = {
      writable: () => true,
      // The tag has changed again whenever its value goes out.
      sendFrame: () => store.set(handle, (value += 1)),
    };
    using feed = new MirrorFeed({ source: store, port, clock, logger: silentLogger });
    feed.start();
    feed.addCredits(tagCredits);
    let answers = 0;
    feed.sync(() => (answers += 1));
    feed.addCredits(tagCredits);
    expect(answers).toBe(1);
    feed.addCredits(tagCredits);
    expect(answers).toBe(1);
  });

  it('waits until there is room for it, behind what changed before', async () => {
    const clock = new FakeClock();
    const store = new TagStore(clock, silentLogger);
    store.define([tag('a')]);
    const said: string[] = [];
    let writable = true;
    const port = { writable: () => writable, sendFrame: () => void said.push('frame') };
    using feed = new MirrorFeed({ source: store, port, clock, logger: silentLogger });
    feed.start();
    await clock.advance(100);
    said.length = 0;
    writable = false;
    store.set(store.handleOf('a')!, 1);
    feed.sync(() => said.push('answer'));
    expect(said).toEqual([]);
    writable = true;
    feed.resume();
    expect(said).toEqual(['frame', 'answer']);
  });
});
