import { GatewayError } from '@fieldwarden/core';
import { collectingLogger, FakeClock } from '@fieldwarden/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ConfigAuthority, Generation, GenerationSummary, SiteAuthority } from '../config-authority.js';
import { samplePublish } from '../testing/samples.js';
import { AuthorityLink, type AuthorityFollower, type AuthorityState } from './authority-link.js';
import type { LocalGeneration } from './held.js';

const away = new GatewayError({ code: 'AUTHORITY_UNREACHABLE', kind: 'unreachable', message: 'away' });

let clock: FakeClock;
let logger: ReturnType<typeof collectingLogger>;
let gateway: TestGateway;
let states: AuthorityState[];
let there: ScriptedAuthority;
let link: AuthorityLink;

beforeEach(() => {
  clock = new FakeClock();
  logger = collectingLogger();
  there = new ScriptedAuthority();
  gateway = new TestGateway();
  states = [];
  link = linkTo(async () => there);
});

describe('a gateway’s link to its authority (§7.4)', () => {
  it('looks at the authority at once and then every 5 s', async () => {
    await link.start();
    expect([there.looks, link.reachable]).toEqual([1, true]);
    await clock.advance(15_000);
    expect(there.looks).toBe(4);
  });

  it('tells of a generation that somebody else has published, and again while it is not adopted', async () => {
    await link.start();
    there.newest = summary(4, 'd');
    await clock.advance(10_000);
    expect(gateway.told).toEqual([4, 4]);
    gateway.running = { generation: 4, sha256: 'd' };
    await clock.advance(10_000);
    expect(gateway.told).toEqual([4, 4]);
  });

  it('does not tell again while the earlier call is under way, nor lose the error of one', async () => {
    let fail!: (error: Error) => void;
    link = linkTo(
      async () => there,
      () => new Promise((_resolve, reject) => (fail = reject)),
    );
    there.newest = summary(4, 'd');
    await link.start();
    await clock.advance(20_000);
    expect(gateway.told).toEqual([4]);
    fail(new Error('no room'));
    await clock.advance(5_000);
    expect([gateway.told, logger.messages('warn')]).toEqual([
      [4, 4],
      [expect.stringContaining('could not be adopted')],
    ]);
  });

  it('does not take its own publish for somebody else’s', async () => {
    await link.start();
    const published = await link.publish(samplePublish(), async () => undefined);
    expect([published.generation, there.above]).toEqual([4, 3]);
    await clock.advance(20_000);
    expect([gateway.told, link.state.published?.generation]).toEqual([[], 4]);
  });

  it('compares nothing that was read before a write of its own', async () => {
    let answer!: (newest: GenerationSummary) => void;
    there.answer = () => new Promise((resolve) => (answer = resolve));
    const looking = link.look();
    await clock.advance(0);
    await link.publish(samplePublish(), async () => undefined);
    answer(summary(9, 'x'));
    await looking;
    expect(gateway.told).toEqual([]);
  });

  it.each([
    ['went back', summary(2, 'b'), 2],
    ['diverged', summary(3, 'other'), 3],
    ['is empty', undefined, null],
  ])('holds when the authority %s, says so once, and adopts nothing', async (_how, newest, authorityGeneration) => {
    there.newest = newest;
    await link.start();
    await clock.advance(10_000);
    expect(link.state.held).toMatchObject({ authorityGeneration });
    expect([gateway.told, logger.messages('warn').length, states.filter(({ held }) => held).length]).toEqual([
      [],
      1,
      1,
    ]);
  });

  it('lets go when an operator publishes here', async () => {
    there.newest = summary(2, 'b');
    await link.start();
    await link.publish(samplePublish(), async () => undefined);
    expect([link.state.held, there.above]).toEqual([null, 3]);
  });

  it('falls back while the authority is away, and is fresh again with the next look', async () => {
    await link.start();
    there.error = away;
    const read = link.readOr(
      (site) => site.current(),
      () => 'sealed',
    );
    await clock.advance(3_000);
    expect([await read, link.reachable, link.usingStale]).toEqual(['sealed', false, true]);
    there.error = undefined;
    await clock.advance(10_000);
    expect([link.reachable, link.usingStale, link.staleSinceMs]).toEqual([true, false, null]);
    expect(states.map(({ usingStale }) => usingStale)).toContain(true);
  });

  it('is not reachable before the first answer', async () => {
    there.error = away;
    expect(link.reachable).toBe(false);
    const starting = link.start();
    await clock.advance(3_000);
    await starting;
    expect([link.reachable, link.usingStale]).toEqual([false, true]);
  });

  it('lets writes through at once and fails them at once', async () => {
    there.error = away;
    await expect(link.publish(samplePublish(), async () => undefined)).rejects.toBe(away);
    await expect(link.saveDraft('x', { by: samplePublish().by })).rejects.toBe(away);
    expect(clock.monotonicMs()).toBe(0);
  });

  it('looks soon after a write of which it does not know whether it happened', async () => {
    await link.start();
    there.error = new GatewayError({ code: 'AUTHORITY_OUTCOME_UNKNOWN', kind: 'unreachable', message: '?' });
    await expect(link.publish(samplePublish(), async () => undefined)).rejects.toBe(there.error);
    there.error = undefined;
    there.newest = summary(4, 'mine');
    await clock.advance(100);
    expect(gateway.told).toEqual([4]);
  });

  it('opens again, every 30 s, a store that refused to open; and at once for a write', async () => {
    let opens = 0;
    let refusal: GatewayError | undefined = new GatewayError({
      code: 'AUTHORITY_DAMAGED',
      kind: 'config',
      message: 'damaged',
    });
    link = linkTo(async () => {
      opens++;
      if (refusal) throw refusal;
      return there;
    });
    await link.start();
    await clock.advance(29_000);
    expect([opens, link.usingStale, link.state.kind]).toEqual([1, true, null]);
    await expect(link.saveDraft('x', { by: samplePublish().by })).rejects.toBe(refusal);
    expect(opens).toBe(2);
    refusal = undefined;
    await clock.advance(40_000);
    expect([opens, link.reachable, link.state.kind]).toEqual([3, true, 'embedded']);
  });

  it('leaves nothing behind when it is closed, in the middle of a look too', async () => {
    await link.start();
    there.answer = () => new Promise(() => undefined);
    await clock.advance(5_500);
    await link.close();
    await link.close();
    await clock.advance(60_000);
    expect([clock.pendingTimers, there.closed]).toEqual([0, true]);
    await expect(link.current()).rejects.toMatchObject({ code: 'AUTHORITY_CLOSED' });
  });
});

function linkTo(
  open: () => Promise<ConfigAuthority>,
  adopt: () => Promise<void> = async () => undefined,
): AuthorityLink {
  const made = new AuthorityLink({ site: 'lab', open, clock, random: () => 0.5, logger });
  made.onChange((state) => states.push(state));
  gateway.adopt = adopt;
  made.followedBy(gateway);
  return made;
}

function summary(generation: number, sha256: string): GenerationSummary {
  return {
    site: 'lab',
    generation,
    sha256,
    publishedAtMs: 0,
    author: 'eve',
    message: '',
    drivers: 0,
    tags: 0,
    rollbackOf: null,
  };
}

class TestGateway implements AuthorityFollower {
  running: LocalGeneration = { generation: 3, sha256: 'c' };
  readonly told: number[] = [];
  adopt: () => Promise<void> = async () => undefined;

  follow({ generation }: GenerationSummary): Promise<void> {
    this.told.push(generation);
    return this.adopt();
  }
}

/** Answers as the test says, in the microtasks that a fake clock waits for: a real store would need real time. */
class ScriptedAuthority implements ConfigAuthority {
  readonly kind = 'embedded';
  newest: GenerationSummary | undefined = summary(3, 'c');
  error: GatewayError | undefined;
  answer: (() => Promise<GenerationSummary | undefined>) | undefined;
  looks = 0;
  above: number | undefined;
  closed = false;

  async sites(): Promise<readonly string[]> {
    return ['lab'];
  }

  site(): SiteAuthority {
    const answer = async <T>(value: () => T): Promise<T> => {
      if (this.error) throw this.error;
      return value();
    };
    const unused = (): Promise<never> => Promise.reject(new Error('not asked here'));
    return {
      site: 'lab',
      current: () => answer(() => undefined),
      currentSummary: () => {
        this.looks++;
        return this.answer?.() ?? answer(() => this.newest);
      },
      publish: (command) =>
        answer((): Generation => {
          this.above = command.above;
          const generation = (command.above ?? 0) + 1;
          this.newest = { ...summary(generation, 'mine') };
          return { ...this.newest, document: command.document };
        }),
      saveDraft: () => answer(() => ({ revision: 1, baseGeneration: 3, text: 'x', updatedAtMs: 0, author: 'ada' })),
      generation: unused,
      generations: unused,
      draft: unused,
      discardDraft: unused,
      audit: unused,
      recordAudit: unused,
    };
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}
