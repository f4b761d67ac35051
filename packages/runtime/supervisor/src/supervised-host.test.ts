import { GatewayError } from '@fieldwarden/core';
import { describe, expect, it } from 'vitest';
import type { HostEvent } from './host.js';
import { defaultSupervision } from './machine/supervision-settings.js';
import { stormLimits } from './start/storm-brake.js';
import { ObservedHost } from './testing/observed-host.js';

const gone = new GatewayError({ code: 'GONE', kind: 'host-lost', message: 'its end closed' });
const nonsense = new GatewayError({ code: 'CHANNEL_PROTOCOL', kind: 'protocol', message: 'no frame at all' });

/** True once the promise has resolved, without waiting for it. */
async function hasResolved(observed: ObservedHost, promise: Promise<void>): Promise<boolean> {
  let resolved = false;
  void promise.then(() => (resolved = true));
  await observed.clock.advance(0);
  return resolved;
}

describe('a start (§4.1)', () => {
  it('attaches the channel of a new process, and tells of ready before anybody hears of the next state', async () => {
    const observed = new ObservedHost();
    observed.host.start();
    observed.host.start();
    await observed.clock.advance(700);
    observed.link.owner.ready();
    expect(observed.asked()).toEqual(['attach 1']);
    expect(observed.children).toHaveLength(1);
    expect(observed.registered).toEqual(new Set([observed.child.pid]));
    expect(observed.events).toContainEqual({ type: 'ready', spawn: 1, pid: observed.child.pid, startMs: 700 });
    expect(observed.told()).toEqual(['starting', '* ready', 'ready']);
  });

  it('among many lets the others go first: only alone it has the thread that watches it at once', () => {
    const alone = new ObservedHost().serve();
    expect(alone.link.parameters?.watchAfterMs).toBe(0);
    const crowded = new ObservedHost();
    for (let other = 0; other < 2; other += 1) crowded.gate.started({ mayStart: () => undefined }, false);
    crowded.host.start();
    expect(crowded.link.parameters?.watchAfterMs).toBe(3_000);
  });

  it('that the system refuses outright is no crash, is told, and is tried again after five seconds', async () => {
    const observed = new ObservedHost();
    const { launch } = observed;
    observed.launch = () => {
      throw new Error('EAGAIN');
    };
    observed.host.start();
    expect(observed.state).toBe('backing-off');
    expect(observed.host.snapshot.lastError).toContain('EAGAIN');
    observed.launch = launch;
    expect([observed.spawnsRefused, observed.host.snapshot.lastCause]).toEqual([['HOST_NOT_SPAWNED'], 'not-spawned']);
    await observed.clock.advance(5_000);
    expect(observed.host.snapshot).toMatchObject({ state: 'starting', spawn: 2, restarts: { crash: 0 } });
    expect(observed.spawnsRefused).toEqual(['HOST_NOT_SPAWNED', undefined]);
  });

  it('that takes longer than its budget ends in SIGKILL, and the exit is what frees the way for the next', async () => {
    const observed = new ObservedHost();
    observed.host.start();
    await observed.clock.advance(60_000);
    expect([observed.state, observed.child.signals]).toEqual(['ending', ['SIGKILL']]);
    await observed.clock.advance(4_999);
    expect(observed.children).toHaveLength(1);
    observed.child.exit(null, 'SIGKILL');
    expect(observed.host.snapshot).toMatchObject({ state: 'backing-off', lastCause: 'start-timeout', pid: null });
  });
});

describe('inputs that arise while one is worked on', () => {
  it('come after it: a stop by whoever hears of ready drains a Host that all have heard is ready', () => {
    const observed = new ObservedHost();
    const seen: string[] = [];
    observed.on('ready', () => void observed.host.stop());
    observed.host.onEvent((event) => void seen.push(event.type === 'state' ? event.state : event.type));
    observed.serve();
    expect(seen).toEqual(['starting', 'ready', 'ready', 'draining']);
    expect(observed.asked()).toEqual(['attach 1', 'drain']);
  });

  it('a stop by whoever hears of the death leaves no successor behind', async () => {
    const observed = new ObservedHost();
    observed.on('down', () => void observed.host.stop());
    observed.serve();
    observed.child.exit(1);
    expect(observed.state).toBe('stopped');
    await observed.clock.advance(3_600_000);
    expect(observed.children).toHaveLength(1);
    expect(observed.clock.pendingTimers).toBe(0);
  });

  it('a reset by whoever hears of the death starts the successor once, and at once', () => {
    const observed = new ObservedHost();
    observed.on('down', () => observed.host.reset());
    observed.serve();
    observed.child.exit(1);
    expect(observed.host.snapshot).toMatchObject({ state: 'starting', spawn: 2 });
    expect(observed.told()).toEqual(['starting', '* ready', 'ready', '* down', 'backing-off', 'starting']);
  });
});

describe('a listener that throws', () => {
  it('harms neither the other listeners nor the supervision', async () => {
    const observed = new ObservedHost();
    const others: HostEvent['type'][] = [];
    observed.host.onEvent(() => {
      throw new Error('a broken listener');
    });
    observed.host.onEvent(({ type }) => void others.push(type));
    observed.serve();
    observed.child.exit(1);
    await observed.clock.advance(250);
    expect(others).toEqual(['state', 'ready', 'state', 'down', 'state', 'state']);
    expect(observed.host.snapshot).toMatchObject({ state: 'starting', spawn: 2 });
    expect(observed.logger.messages('error')).toContain('a listener failed on an event');
  });

  it('as little as a link that throws: the ladder goes on to SIGTERM', async () => {
    const observed = new ObservedHost().serve();
    observed.link.drain = () => {
      throw new Error('a broken link');
    };
    void observed.host.stop();
    expect(observed.state).toBe('draining');
    await observed.clock.advance(10_000);
    expect(observed.child.signals).toEqual(['SIGTERM']);
  });
});

describe('a death (§4.3)', () => {
  it('fails the calls before anybody hears of it, and all in the tick of the exit', () => {
    const observed = new ObservedHost().serve();
    const lossesSeen: number[] = [];
    observed.on('down', () => void lossesSeen.push(observed.link.losses.length));
    observed.child.print('last words');
    observed.child.exit(null, 'SIGSEGV');
    expect(lossesSeen).toEqual([1]);
    expect(observed.link.losses).toMatchObject([{ kind: 'host-lost', code: 'HOST_LOST' }]);
    const down = observed.events.find(({ type }) => type === 'down');
    expect(down).toMatchObject({ spawn: 1, cause: 'signal', signal: 'SIGSEGV', logTail: ['last words'] });
    expect(observed.registered.size).toBe(0);
  });

  it('ends what the process left behind in its group', () => {
    const observed = new ObservedHost().serve();
    observed.child.exit(1);
    expect(observed.child.signals).toEqual(['SIGKILL']);
  });

  it('of an older process says nothing about the present one', async () => {
    const observed = new ObservedHost().serve();
    const [first] = observed.children;
    first.exit(1);
    await observed.clock.advance(250);
    observed.link.owner.ready();
    observed.told();
    first.exit(1);
    expect(observed.told()).toEqual([]);
    expect(observed.host.snapshot).toMatchObject({ state: 'ready', spawn: 2 });
    expect(observed.child.signals).toEqual([]);
  });

  it('by a broken protocol is a SIGKILL in that tick, and keeps what was held against it', () => {
    const observed = new ObservedHost().serve();
    observed.link.owner.lost(nonsense);
    expect([observed.state, observed.child.signals]).toEqual(['ending', ['SIGKILL']]);
    observed.child.exit(null, 'SIGKILL');
    expect(observed.host.snapshot.lastDeath).toMatchObject({ cause: 'protocol', error: { cause: nonsense } });
  });

  it('that shows as a closed channel first waits for the exit that says why, for one second', async () => {
    const observed = new ObservedHost().serve();
    observed.link.owner.lost(gone);
    await observed.clock.advance(999);
    expect(observed.child.signals).toEqual([]);
    await observed.clock.advance(1);
    expect(observed.child.signals).toEqual(['SIGKILL']);
  });
});

describe('silence (§4.2)', () => {
  it('of three seconds makes it suspect, and the next pong makes up for it', async () => {
    const observed = new ObservedHost().serve();
    await observed.answer(2_000);
    observed.asked();
    observed.told();
    await observed.clock.advance(2_999);
    expect(observed.state).toBe('ready');
    await observed.clock.advance(1);
    observed.link.pong();
    expect(observed.asked()).toEqual(['suspend', 'resume']);
    expect(observed.told()).toEqual(['* suspect', 'suspect', '* recovered', 'ready']);
    expect(observed.link.pings).toEqual([1, 2, 3, 4, 5]);
  });

  it('of fifteen seconds asks where the main thread stands, and kills when that is told', async () => {
    const observed = new ObservedHost().serve();
    await observed.clock.advance(15_000);
    expect([observed.child.stackAsked, observed.child.signals]).toEqual([true, []]);
    observed.child.tellStack('at spin (driver.js:7)');
    expect(observed.child.signals).toEqual(['SIGKILL']);
    observed.child.exit(null, 'SIGKILL');
    expect(observed.host.snapshot.lastDeath).toMatchObject({ cause: 'hang', stack: 'at spin (driver.js:7)' });
  });

  it('of the watchdog too is waited for no longer than a second, and is told of', async () => {
    const observed = new ObservedHost().serve();
    await observed.clock.advance(16_000);
    expect(observed.child.signals).toEqual(['SIGKILL']);
    observed.child.exit(null, 'SIGKILL');
    const { stack, stackMissing } = observed.host.snapshot.lastDeath ?? {};
    expect([stack, stackMissing]).toEqual([undefined, 'its watchdog thread did not answer']);
  });

  it('under an attached debugger is nobody’s fault', async () => {
    const observed = new ObservedHost().serve();
    await observed.clock.advance(1_000);
    observed.link.pong({ inspectorOpen: true });
    await observed.clock.advance(600_000);
    expect([observed.state, observed.child.signals]).toEqual(['suspect', []]);
  });

  it('while the gateway itself stood still is not held against the Host', async () => {
    const observed = new ObservedHost().serve();
    await observed.answer(2_000);
    observed.clock.stall(60_000);
    await observed.clock.advance(0);
    expect([observed.state, observed.child.signals]).toEqual(['ready', []]);
  });

  it('is judged by other settings as soon as there are some', async () => {
    const observed = new ObservedHost().serve();
    const supervision = { ...defaultSupervision, pingMs: 100, suspectMs: 300 };
    observed.host.configure({ supervision });
    await observed.clock.advance(299);
    expect([observed.link.pings, observed.state]).toEqual([[1, 2], 'ready']);
    await observed.clock.advance(1);
    expect(observed.state).toBe('suspect');
  });
});

describe('a stop (§4.5)', () => {
  it('of a Host that listens: drains, closes its session, and resolves when it is gone', async () => {
    const observed = new ObservedHost().serve();
    const stopped = observed.host.stop();
    observed.link.owner.drained();
    expect(observed.asked()).toEqual(['attach 1', 'drain', 'stop']);
    observed.link.owner.lost(gone);
    expect(await hasResolved(observed, stopped)).toBe(false);
    observed.child.exit(0);
    await stopped;
    expect(observed.host.snapshot).toMatchObject({ state: 'stopped', lastCause: 'operator', restarts: { crash: 0 } });
    expect(observed.clock.pendingTimers).toBe(0);
  });

  it('of a Host that does not: drain, SIGTERM, SIGKILL, and then it counts as unkillable', async () => {
    const observed = new ObservedHost().serve();
    const stopped = observed.host.stop();
    observed.told();
    await observed.clock.advance(10_000);
    expect(observed.child.signals).toEqual(['SIGTERM']);
    await observed.clock.advance(5_000);
    expect(observed.child.signals).toEqual(['SIGTERM', 'SIGKILL']);
    expect(observed.link.losses).toHaveLength(1);
    await observed.clock.advance(4_999);
    expect(await hasResolved(observed, stopped)).toBe(false);
    await observed.clock.advance(1);
    await stopped;
    expect(observed.told()).toEqual(['ending', '* down', 'unkillable']);
  });

  it('leaves one that cannot be killed without a successor until it is gone, and tells of its death once', async () => {
    const observed = new ObservedHost().serve();
    void observed.host.stop();
    await observed.clock.advance(20_000);
    observed.host.start();
    await observed.clock.advance(600_000);
    expect([observed.state, observed.children.length]).toEqual(['unkillable', 1]);
    observed.told();
    observed.child.exit(null, 'SIGKILL');
    expect(observed.told()).toEqual(['starting']);
    expect(observed.children).toHaveLength(2);
  });

  it('that a start overtakes lets go of who waits for it, and another process follows', async () => {
    const observed = new ObservedHost().serve();
    const stopped = observed.host.stop();
    expect(await hasResolved(observed, stopped)).toBe(false);
    observed.host.start();
    await stopped;
    expect(observed.state).toBe('draining');
    observed.child.exit(0);
    expect(observed.host.snapshot).toMatchObject({ state: 'starting', spawn: 2, restarts: { crash: 0 } });
  });

  it('that comes last wins over the start before it', async () => {
    const observed = new ObservedHost().serve();
    void observed.host.stop();
    observed.host.start();
    const stopped = observed.host.stop();
    observed.child.exit(0);
    await stopped;
    expect([observed.state, observed.children.length]).toEqual(['stopped', 1]);
  });

  it('of a Host that waits for its next start ends the waiting at once', async () => {
    const observed = new ObservedHost().serve();
    observed.child.exit(1);
    await observed.host.stop();
    expect([observed.state, observed.clock.pendingTimers]).toEqual(['stopped', 0]);
  });
});

describe('a planned restart (§4.7)', () => {
  it('resolves when the next process is ready, and is no crash', async () => {
    const observed = new ObservedHost().serve();
    const recycled = observed.host.recycle('cron');
    observed.child.exit(0);
    expect(await hasResolved(observed, recycled)).toBe(false);
    observed.link.owner.ready();
    await recycled;
    expect(observed.host.snapshot).toMatchObject({ spawn: 2, restarts: { crash: 0, recycle: 1, operator: 0 } });
  });

  it('resolves, too, when the next process comes to nothing', async () => {
    const observed = new ObservedHost().serve();
    const recycled = observed.host.restart();
    observed.child.exit(0);
    observed.child.exit(78);
    await recycled;
    expect(observed.state).toBe('refused');
  });

  it('that has to wait for its turn in a storm resolves when it was there, not before', async () => {
    const observed = new ObservedHost().serve();
    const other = { mayStart: () => undefined };
    for (let restart = 0; restart <= stormLimits.restarts + 1; restart += 1) observed.gate.started(other, true);
    const recycled = observed.host.recycle('cron');
    observed.child.exit(0);
    expect(observed.state).toBe('backing-off');
    expect(await hasResolved(observed, recycled)).toBe(false);
    observed.gate.look(other, { isStarting: false, isHeldBack: false });
    expect(observed.state).toBe('starting');
    observed.link.owner.ready();
    await recycled;
    observed.gate.close();
  });

  it('for a wedge is not carried out while a debugger holds the Host', async () => {
    const observed = new ObservedHost().serve();
    observed.link.pong({ inspectorOpen: true });
    await observed.host.recycle('wedge');
    expect([observed.state, observed.asked()]).toEqual(['ready', ['attach 1']]);
  });
});

describe('a Host that is given up (§6.4)', () => {
  it('is down with its breaker open, until a reset forgives it all', async () => {
    const observed = new ObservedHost().serve();
    observed.host.trip();
    observed.child.exit(0);
    expect(observed.host.snapshot).toMatchObject({ state: 'open', crashLoop: 'open' });
    await observed.clock.advance(59_999);
    expect(observed.children).toHaveLength(1);
    observed.host.reset();
    expect(observed.host.snapshot).toMatchObject({ state: 'starting', crashLoop: 'closed', spawn: 2 });
  });
});
