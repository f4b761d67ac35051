import { FakeClock } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import { MemoryRelease } from './memory-release.js';

function released(tags: number): { clock: FakeClock; release: MemoryRelease; times: number[] } {
  const clock = new FakeClock();
  const times: number[] = [];
  const collect = (): void => void times.push(clock.monotonicMs());
  return { clock, times, release: new MemoryRelease({ clock, tags: () => tags, collect }) };
}

it('collects once, so long after whoever asked last', async () => {
  const { clock, release, times } = released(100_000);
  const startMs = clock.monotonicMs();
  release.soon(2_000);
  await clock.advance(1_500);
  release.soon(5_000);
  await clock.advance(60_000);
  expect(times).toEqual([startMs + 6_500]);
});

it('leaves a small plant alone, and one that has ended', async () => {
  const small = released(10_000);
  small.release.soon(1);
  const ended = released(100_000);
  ended.release.soon(1);
  ended.release[Symbol.dispose]();
  await small.clock.advance(1_000);
  await ended.clock.advance(1_000);
  expect([...small.times, ...ended.times]).toEqual([]);
});

it('really collects where nobody else is asked to', async () => {
  const clock = new FakeClock();
  const gone = new WeakRef(Array.from({ length: 1_000 }, (_, i) => i));
  new MemoryRelease({ clock, tags: () => 100_000 }).soon(1);
  await clock.advance(1);
  expect(gone.deref()).toBeUndefined();
});
