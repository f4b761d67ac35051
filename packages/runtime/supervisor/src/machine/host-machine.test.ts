import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextDueMs, shiftDeadlines, step } from './host-machine.js';
import {
  isPlanned,
  liveSpawn,
  newHost,
  type HostEffect,
  type HostInput,
  type HostModel,
  type HostState,
} from './host-state.js';
import { deservesPostMortem } from '../death/post-mortem.js';
import { defaultSupervision } from './supervision-settings.js';

const policy = defaultSupervision;

/** Drives the machine as a Host would, on a time of its own. */
class Driven {
  model: HostModel = newHost;
  policy = defaultSupervision;
  nowMs = 0;
  mayStart = true;
  readonly effects: HostEffect[] = [];

  do(...inputs: readonly HostInput[]): this {
    for (const input of inputs) {
      const { policy } = this;
      const result = step(this.model, input, { policy, nowMs: this.nowMs, random: 0.5, mayStart: this.mayStart });
      this.model = result.model;
      this.effects.push(...result.effects);
    }
    return this;
  }

  /** Lets time pass, with every tick that falls due. */
  pass(ms: number): this {
    const endMs = this.nowMs + ms;
    const dueIn = (): number | undefined => (this.mayStart ? nextDueMs(this.model, this.policy) : undefined);
    for (let dueMs = dueIn(); dueMs !== undefined && dueMs <= endMs; dueMs = dueIn()) {
      this.nowMs = Math.max(this.nowMs, dueMs);
      this.do({ type: 'tick' });
    }
    this.nowMs = endMs;
    return this;
  }

  get spawn(): number {
    return this.model.history.spawn;
  }

  get state(): HostState {
    return this.model.state;
  }

  start(): this {
    return this.do({ type: 'start' });
  }

  ready(): this {
    return this.do({ type: 'ready', spawn: this.spawn });
  }

  exit(exitCode: number | null = 1, signal: string | null = null): this {
    return this.do({ type: 'exited', spawn: this.spawn, exitCode, signal });
  }

  /** Ready for so long, with a pong every second. */
  serve(ms: number): this {
    for (let left = ms; left > 0; left -= 1000) {
      this.pass(Math.min(left, 1000)).do({ type: 'pong', spawn: this.spawn, inspectorOpen: false });
    }
    return this;
  }

  /** Waits for the next start, lets it become ready, and crash at once. */
  crashAgain(): this {
    const { state } = this;
    if ('attemptAtMs' in state) this.pass(state.attemptAtMs - this.nowMs);
    return this.ready().exit();
  }
}

const ofType = (driven: Driven, type: HostEffect['type']): HostEffect[] =>
  driven.effects.filter((effect) => effect.type === type);

describe('a crash (§4.4)', () => {
  it('is answered by a start after the backoff', () => {
    const driven = new Driven().start().ready().exit();
    expect(driven.state).toMatchObject({ name: 'backing-off', attemptAtMs: 250 });
    expect(driven.pass(249).state.name).toBe('backing-off');
    expect(driven.pass(1).state).toMatchObject({ name: 'starting', spawn: 2 });
    expect(driven.model.history.restarts).toEqual({ crash: 1, recycle: 0, operator: 0 });
  });

  it('after a long time of ready waits no longer than the first', () => {
    const driven = new Driven().start().ready().exit().crashAgain().crashAgain();
    expect(driven.model.history.lastDelayMs).toBe(1000);
    driven.pass(1000).ready().serve(300_000).exit();
    expect(driven.model.history.lastDelayMs).toBe(250);
  });

  it('names its cause: exit, signal, or what the Supervisor had against it', () => {
    const exited = new Driven().start().ready().exit(3);
    const killed = new Driven().start().ready().exit(null, 'SIGSEGV');
    const broke = new Driven()
      .start()
      .ready()
      .do({ type: 'channel-lost', spawn: 1, cause: 'protocol' })
      .exit(null, 'SIGKILL');
    const late = new Driven().start().pass(60_000).exit(null, 'SIGKILL');
    const causes = [exited, killed, broke, late].map((driven) => ofType(driven, 'down'));
    expect(causes).toMatchObject([
      [{ cause: 'exit' }],
      [{ cause: 'signal' }],
      [{ cause: 'protocol' }],
      [{ cause: 'start-timeout' }],
    ]);
  });

  it('that first shows as a closed channel waits for the exit that says why, but not for ever', () => {
    const driven = new Driven().start().ready().do({ type: 'channel-lost', spawn: 1, cause: 'exit' });
    expect(ofType(driven, 'kill')).toEqual([]);
    expect(
      ofType(new Driven().start().ready().do({ type: 'channel-lost', spawn: 1, cause: 'exit' }).pass(1000), 'kill'),
    ).toHaveLength(1);
    expect(driven.exit(78).state.name).toBe('refused');
  });
});

describe('the first crash, where it is to be answered at once (§4.4)', () => {
  const atOnce = (): Driven => {
    const driven = new Driven();
    driven.policy = { ...policy, backoff: { ...policy.backoff, firstAtOnce: true } };
    return driven;
  };

  it('is followed by a start without a wait, the next one by the backoff from its beginning', () => {
    const driven = atOnce().start().ready().pass(1_000).exit();
    expect(driven.state).toMatchObject({ name: 'backing-off', attemptAtMs: 1_000 });
    expect(driven.pass(0).ready().exit().model.history).toMatchObject({ lastDelayMs: 250, restarts: { crash: 1 } });
    expect(driven.pass(250).ready().exit().model.history.lastDelayMs).toBe(500);
  });

  it('is one again when the window of the crash loop has passed', () => {
    const driven = atOnce().start().ready().exit().pass(0).ready().serve(300_000).exit();
    expect(driven.state).toMatchObject({ name: 'backing-off', attemptAtMs: 300_000 });
  });

  it('is not one that never was ready', () => {
    expect(atOnce().start().exit().model.history.lastDelayMs).toBe(250);
  });

  it('waits for its turn like every restart', () => {
    const driven = atOnce().start().ready();
    driven.mayStart = false;
    expect(driven.exit().pass(0).state.name).toBe('backing-off');
  });
});

describe('the crash-loop breaker (§4.4)', () => {
  it('opens at the fifth crash within five minutes', () => {
    const driven = new Driven().start().ready().exit().crashAgain().crashAgain().crashAgain();
    expect(driven.state.name).toBe('backing-off');
    expect(driven.crashAgain().state.name).toBe('open');
  });

  it('opens at the third start in a row that never became ready', () => {
    const driven = new Driven().start().exit().pass(1000).exit().pass(1000).exit();
    expect(driven.state.name).toBe('open');
    expect(driven.model.history.breaker).toBe('open');
  });

  it('lets one attempt through after 1, 5, 15, 15 minutes, each failure opening it again', () => {
    const driven = new Driven().start().exit().pass(1000).exit().pass(1000).exit();
    const waits: number[] = [];
    for (let attempt = 0; attempt < 4; attempt += 1) {
      waits.push((driven.state as { attemptAtMs: number }).attemptAtMs - driven.nowMs);
      driven.pass(waits[attempt]);
      expect(driven.model.history.breaker).toBe('half-open');
      driven.ready().serve(60_000).exit();
    }
    expect(waits.map((ms) => ms / 60_000)).toEqual([1, 5, 15, 15]);
  });

  it('closes after ten minutes of ready, and then a crash is a first crash', () => {
    const driven = new Driven().start().exit().pass(1000).exit().pass(1000).exit().pass(60_000).ready().serve(600_000);
    expect(driven.model.history.breaker).toBe('closed');
    expect(driven.exit().state).toMatchObject({ name: 'backing-off' });
    expect(driven.model.history.crashTimesMs).toHaveLength(1);
  });

  it('is not opened, nor its window emptied, by operators who restart', () => {
    const driven = new Driven().start().ready().exit().crashAgain().crashAgain().crashAgain().pass(8_000).ready();
    for (let round = 0; round < 10; round += 1) driven.do({ type: 'replace', cause: 'operator' }).exit(0).ready();
    expect(driven.model.history).toMatchObject({ breaker: 'closed', restarts: { operator: 10, crash: 4 } });
    expect(driven.model.history.crashTimesMs).toHaveLength(4);
    expect(driven.exit().state.name).toBe('open');
  });

  it('is closed by a reset, which starts what was waiting', () => {
    const driven = new Driven().start().exit().pass(1000).exit().pass(1000).exit().do({ type: 'reset' });
    expect(driven.state).toMatchObject({ name: 'starting', spawn: 4 });
    expect(driven.model.history).toMatchObject({ breaker: 'closed', crashTimesMs: [] });
  });

  it('counts a wedge and a hard memory breach, but no cron, soft memory breach or promotion', () => {
    const crashes = (['wedge', 'memory-hard', 'cron', 'memory-soft', 'promotion'] as const).map((cause) => {
      const driven = new Driven().start().ready().do({ type: 'replace', cause }).exit(0);
      return [driven.model.history.crashTimesMs.length, driven.state.name];
    });
    expect(crashes).toEqual([[1, 'backing-off'], [1, 'backing-off'], [0, 'starting'], [0, 'starting'], [0, 'starting']]); // prettier-ignore
  });
});

describe('a trip', () => {
  it('ends a Host that has long been ready and opens the breaker until somebody resets it', () => {
    const driven = new Driven().start().ready().serve(3_600_000).do({ type: 'trip' });
    expect(driven.state).toMatchObject({ name: 'draining', cause: 'wedge' });
    driven.exit(0);
    expect(driven.state.name).toBe('open');
    expect(driven.model.history.breaker).toBe('open');
    expect(driven.do({ type: 'reset' }).state).toMatchObject({ name: 'starting', spawn: 2 });
  });

  it('of a Host that does not run starts nothing', () => {
    expect(new Driven().do({ type: 'trip' }).state.name).toBe('stopped');
  });
});

describe('a refusal (§4.4)', () => {
  it.each([78, 55])('(exit code %i) is no crash and is not tried again by itself', (code) => {
    const driven = new Driven().start().exit(code).pass(86_400_000);
    expect(driven.state.name).toBe('refused');
    expect(driven.model.history.crashTimesMs).toEqual([]);
    expect(driven.start().state).toMatchObject({ name: 'starting', spawn: 2 });
  });

  it('is tried again by a reset', () => {
    const driven = new Driven().start().exit(78).do({ type: 'reset' });
    expect(driven.state).toMatchObject({ name: 'starting', spawn: 2 });
  });
});

describe('a Host for which the system gives no process (§4.4)', () => {
  it('is tried again every five seconds, as often as it takes, and no crash is counted', () => {
    const driven = new Driven().start();
    for (let attempt = 1; attempt <= 10; attempt += 1) {
      driven.do({ type: 'exited', spawn: attempt, exitCode: null, signal: null, notSpawned: true });
      expect(driven.state).toMatchObject({ name: 'backing-off', afterCrash: false });
      driven.pass(4_999);
      expect(driven.state.name).toBe('backing-off');
      driven.pass(1);
      expect(driven.state).toMatchObject({ name: 'starting', spawn: attempt + 1 });
    }
    expect(driven.model.history).toMatchObject({
      breaker: 'closed',
      crashTimesMs: [],
      failedStarts: 0,
      restarts: { crash: 0 },
    });
    expect(driven.ready().state.name).toBe('ready');
  });
});

describe('a wedge (§4.5)', () => {
  it('is not waited for: SIGTERM at once, where any other replacement drains', () => {
    const stageOf = (cause: 'wedge' | 'operator') => new Driven().start().ready().do({ type: 'replace', cause }).state;
    expect(stageOf('wedge')).toMatchObject({ name: 'draining', stage: 'terminate' });
    expect(stageOf('operator')).toMatchObject({ name: 'draining', stage: 'drain' });
  });
});

describe('silence (§4.2)', () => {
  const silent = (): Driven => new Driven().start().ready();

  it('makes a Host suspect at 3 s, and an answer makes it ready again', () => {
    const driven = silent().pass(3000);
    expect(driven.state.name).toBe('suspect');
    driven.do({ type: 'pong', spawn: 1, inspectorOpen: false });
    expect([driven.state.name, ...driven.effects.map(({ type }) => type)]).toEqual([
      'ready',
      'spawn',
      'suspend',
      'resume',
    ]);
  });

  it('ends it at 15 s: the stack is asked for, a second later it is killed either way', () => {
    const driven = silent().pass(15_000);
    expect(driven.effects.at(-1)).toEqual({ type: 'capture-stack' });
    expect(driven.pass(999).effects.at(-1)).toEqual({ type: 'capture-stack' });
    expect(driven.pass(1).effects.at(-1)).toEqual({ type: 'kill', cause: 'hang' });
    const answered = silent().pass(15_000).do({ type: 'stack-captured', spawn: 1 });
    expect(answered.effects.at(-1)).toEqual({ type: 'kill', cause: 'hang' });
  });

  it('of a Host whose inspector is open ends nothing', () => {
    const driven = silent().do({ type: 'pong', spawn: 1, inspectorOpen: true }).pass(3_600_000);
    expect(driven.state.name).toBe('suspect');
  });

  it('while the Supervisor itself stood still is not held against the Host', () => {
    const driven = silent();
    driven.nowMs += 30_000;
    driven.model = shiftDeadlines(driven.model, 30_000);
    expect(driven.do({ type: 'tick' }).state.name).toBe('ready');
    expect(driven.pass(3000).state.name).toBe('suspect');
  });
});

describe('stopping (§4.5)', () => {
  it('drains, then terminates, then kills, then says that it can not', () => {
    const driven = new Driven().start().ready().do({ type: 'stop', cause: 'operator' });
    const ladder = [0, 10_000, 5_000, 5_000].map((ms) => driven.pass(ms).effects.at(-1)!.type);
    expect(ladder).toEqual(['drain', 'terminate', 'kill', 'unkillable']);
    expect(
      driven
        .pass(86_400_000)
        .start()
        .effects.filter(({ type }) => type === 'spawn'),
    ).toHaveLength(1);
    expect(driven.exit(null, 'SIGKILL').state).toMatchObject({ name: 'starting', spawn: 2 });
  });

  it('for another configuration is no crash, and no restart that anybody asked for (§7.5)', () => {
    const driven = new Driven().start().ready().do({ type: 'stop', cause: 'configuration' }).exit(0);
    expect(ofType(driven, 'down')).toEqual([{ type: 'down', spawn: 1, cause: 'configuration' }]);
    expect(driven.model.history).toMatchObject({ crashTimesMs: [], restarts: { crash: 0, recycle: 0, operator: 0 } });
    expect(isPlanned('configuration')).toBe(true);
    expect(deservesPostMortem('configuration')).toBe(false);
  });

  it('closes the session as soon as the calls are done', () => {
    const driven = new Driven().start().ready().do({ type: 'stop', cause: 'operator' }, { type: 'drained', spawn: 1 });
    expect(driven.effects.at(-1)).toEqual({ type: 'close-session' });
    expect(driven.exit(0).state.name).toBe('stopped');
  });

  it('ends waiting for a next attempt', () => {
    expect(
      new Driven().start().ready().exit().do({ type: 'stop', cause: 'operator' }).pass(86_400_000).state.name,
    ).toBe('stopped');
  });

  it('and starting at once means starting once the old process is gone', () => {
    const driven = new Driven().start().ready().do({ type: 'stop', cause: 'operator' }, { type: 'start' });
    expect(ofType(driven, 'spawn')).toHaveLength(1);
    expect(driven.exit(0).state).toMatchObject({ name: 'starting', spawn: 2 });
  });
});

describe('while starts are held back', () => {
  const held = (): Driven => Object.assign(new Driven().start().ready(), { mayStart: false });

  it('a Host that crashed goes on waiting until it may start', () => {
    const driven = held().exit();
    driven.nowMs = 1000;
    expect(driven.do({ type: 'tick' }).state.name).toBe('backing-off');
    expect(driven.model.history.restarts.crash).toBe(0);
    driven.mayStart = true;
    expect(driven.do({ type: 'tick' }).state).toMatchObject({ name: 'starting', spawn: 2 });
    expect(driven.model.history.restarts).toEqual({ crash: 1, recycle: 0, operator: 0 });
  });

  it('so does one that was restarted by an operator, which is still no crash', () => {
    const driven = held().do({ type: 'replace', cause: 'operator' }).exit(0);
    expect(driven.state).toMatchObject({ name: 'backing-off', attemptAtMs: 0 });
    driven.mayStart = true;
    expect(driven.do({ type: 'tick' }).state).toMatchObject({ name: 'starting', spawn: 2 });
    expect(driven.model.history.restarts).toEqual({ crash: 0, recycle: 0, operator: 1 });
  });

  it('a stop ends the wait, and the time in the queue costs nothing of the start budget', () => {
    expect(held().exit().do({ type: 'stop', cause: 'operator' }).state.name).toBe('stopped');
    const driven = held().exit();
    driven.nowMs = 100_000;
    driven.mayStart = true;
    expect(driven.do({ type: 'tick' }).state).toMatchObject({ name: 'starting', deadlineMs: 160_000 });
  });
});

describe('a debugger', () => {
  it('excuses a wedge, but not a breach of memory', () => {
    const debugged = (): Driven => new Driven().start().ready().do({ type: 'pong', spawn: 1, inspectorOpen: true });
    expect(debugged().do({ type: 'replace', cause: 'wedge' }).state.name).toBe('ready');
    expect(debugged().do({ type: 'replace', cause: 'memory-hard' }).state.name).toBe('draining');
  });
});

describe('whatever happens, in whatever order', () => {
  const spawns = fc.nat(30);
  const input: fc.Arbitrary<HostInput> = fc.oneof(
    fc.constantFrom<HostInput>(
      { type: 'start' },
      { type: 'stop', cause: 'operator' },
      { type: 'reset' },
      { type: 'tick' },
    ),
    fc.constantFrom<HostInput>(
      { type: 'replace', cause: 'operator' },
      { type: 'replace', cause: 'wedge' },
      { type: 'replace', cause: 'cron' },
    ),
    fc.record({
      type: fc.constantFrom('ready' as const, 'drained' as const, 'stack-captured' as const),
      spawn: spawns,
    }),
    fc.record({ type: fc.constant('pong' as const), spawn: spawns, inspectorOpen: fc.boolean() }),
    fc.record({
      type: fc.constant('channel-lost' as const),
      spawn: spawns,
      cause: fc.constantFrom('exit' as const, 'protocol' as const),
    }),
    fc.record({
      type: fc.constant('exited' as const),
      spawn: spawns,
      exitCode: fc.constantFrom(0, 1, 55, 78, null),
      signal: fc.constantFrom(null, 'SIGKILL'),
    }),
  );
  /** Half of the events speak of the process of the moment, the others of any. */
  const action = fc.record({
    input,
    current: fc.boolean(),
    mayStart: fc.boolean(),
    passMs: fc.constantFrom(0, 0, 10, 1000, 70_000, 1_000_000),
  });

  function play(
    actions: readonly (typeof action extends fc.Arbitrary<infer A> ? A : never)[],
    look: (driven: Driven, input: HostInput) => void,
  ): void {
    const driven = new Driven();
    for (const { input: raw, current, mayStart, passMs } of actions) {
      driven.mayStart = true;
      driven.pass(passMs);
      driven.mayStart = mayStart;
      const adapted = 'spawn' in raw && current ? { ...raw, spawn: driven.spawn } : raw;
      look(driven, adapted);
    }
  }

  it('never are two processes alive, nor is a number given twice', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const alive = new Set<number>();
        const spawned: number[] = [];
        let seen = 0;
        const absorb = (driven: Driven): void => {
          for (; seen < driven.effects.length; seen += 1) {
            const effect = driven.effects[seen];
            if (effect.type !== 'spawn') continue;
            alive.add(effect.spawn);
            spawned.push(effect.spawn);
            expect(alive.size).toBeLessThanOrEqual(1);
          }
        };
        play(actions, (driven, each) => {
          absorb(driven);
          if (each.type === 'exited') alive.delete(each.spawn);
          driven.do(each);
          absorb(driven);
        });
        expect(spawned).toEqual(spawned.map((_, index) => index + 1));
      }),
      { numRuns: 500 },
    );
  });

  it('nothing starts while stopped, but by start or replace', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        play(actions, (driven, each) => {
          const wasStopped = driven.state.name === 'stopped';
          driven.do(each);
          if (wasStopped && each.type !== 'start' && each.type !== 'replace') expect(driven.state.name).toBe('stopped');
        });
      }),
    );
  });

  it('events of an older process change nothing', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        play(actions, (driven, each) => {
          const { model } = driven;
          driven.do(each);
          if ('spawn' in each && each.spawn !== liveSpawn(model.state)) expect(driven.model).toBe(model);
        });
      }),
    );
  });

  it('only a reset, a proven attempt or time takes crashes out of the window', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        play(actions, (driven, each) => {
          const before = driven.model.history;
          driven.do(each);
          const after = driven.model.history;
          if (each.type === 'reset' || (before.breaker === 'half-open' && after.breaker !== 'half-open')) return;
          const expected = before.crashTimesMs.filter((atMs) => driven.nowMs - atMs < policy.crashLoop.windowMs);
          expect(after.crashTimesMs).toEqual(expect.arrayContaining(expected));
        });
      }),
    );
  });

  it('a Host that is wanted either has a process, waits for a time, or shows that it gave up', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        play(actions, (driven, each) => {
          driven.do(each);
          const { state } = driven;
          const visible = ['stopped', 'refused', 'unkillable'].includes(state.name);
          const inspected = state.name === 'suspect' && state.inspectorOpen;
          expect(visible || inspected || nextDueMs(driven.model, policy) !== undefined).toBe(true);
        });
      }),
    );
  });
});
