import { describe, expect, it } from 'vitest';
import { TestClock } from '../platform/test-clock.js';
import { Resource } from './resource.js';

/** Everything that was promised is settled by then. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

function counting() {
  const clock = new TestClock();
  const answers: (number | Error)[] = [];
  let loads = 0;
  const resource = new Resource(
    'count',
    () => {
      loads += 1;
      const answer = answers.shift() ?? loads;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    clock,
  );
  return { clock, answers, resource, loads: () => loads };
}

describe('a resource', () => {
  it('is loaded while somebody looks, at the shortest interval asked for', async () => {
    const { clock, resource, loads } = counting();
    const ends = [resource.watch(5_000), resource.watch(2_000)];
    await settled();
    clock.advance(2_000);
    await settled();
    expect(loads()).toBe(2);
    ends.forEach((end) => end());
    clock.advance(60_000);
    await settled();
    expect(loads()).toBe(2);
    expect(clock.waiting).toBe(0);
  });

  it('keeps what it has when a load fails, and says why', async () => {
    const { answers, clock, resource } = counting();
    answers.push(7, new TypeError('Failed to fetch'));
    resource.watch(1_000);
    await settled();
    clock.advance(1_000);
    await settled();
    expect(resource.get()).toMatchObject({ data: 7, problem: { unreachable: true } });
    clock.advance(1_000);
    await settled();
    expect(resource.get()).toMatchObject({ data: 3, problem: undefined });
  });

  it('loads once more if something changed while a load was under way', async () => {
    const { resource, loads } = counting();
    resource.watch(Infinity);
    resource.refresh();
    resource.refresh();
    await settled();
    expect(loads()).toBe(2);
  });

  it('is not loaded again for a second look while it is fresh, but is once it may have changed', async () => {
    const { clock, resource, loads } = counting();
    resource.watch(2_000)();
    await settled();
    clock.advance(1_000);
    resource.watch(2_000)();
    expect(loads()).toBe(1);
    resource.expire();
    resource.watch(2_000)();
    expect(loads()).toBe(2);
  });
});
