import { describe, expect, it } from 'vitest';
import { failure } from './testing/lab-driver.js';
import { labDevice, labPlant, labTag } from './testing/lab-plant.js';
import { ObservedInstance } from './testing/observed-instance.js';

const overlapping = { supervision: { ...labPlant().supervision, overlap: true } };

describe('a start', () => {
  it('is Healthy once the devices have answered, not before', async () => {
    const observed = new ObservedInstance();
    const release = observed.lab.hold('read');
    expect(observed.shown()).toBe('BadOutOfService');
    await observed.serve();
    expect([observed.instance.state, observed.shown()]).toEqual(['Initializing', 'BadOutOfService']);
    release();
    await observed.clock.advance(0);
    expect([observed.states, observed.shown()]).toEqual([['Initializing', 'Healthy'], 'Good 1']);
  });

  it('whose session does not open is Faulted, says why on its tags, and is tried again by a reset', async () => {
    const observed = new ObservedInstance();
    observed.lab.failures.set('open', failure('config'));
    await observed.instance.start();
    expect([observed.instance.state, observed.shown(), observed.closed]).toEqual([
      'Faulted',
      'BadConfigurationError',
      [true],
    ]);
    expect(observed.instance.lastError?.error.code).toBe('LAB_CONFIG');
    observed.lab.failures.clear();
    await observed.instance.reset();
    await observed.clock.advance(0);
    expect([observed.instance.state, observed.shown()]).toEqual(['Healthy', 'Good 2']);
  });

  it('while it stops waits until that session is closed: a device takes one connection only', async () => {
    const observed = await new ObservedInstance().serve();
    const release = observed.lab.hold('close');
    const stopped = observed.instance.stop();
    const started = observed.instance.start();
    await observed.clock.advance(5_000);
    expect(observed.lab.sessions).toHaveLength(1);
    release();
    await Promise.all([stopped, started]);
    expect([observed.closed, observed.instance.isWanted]).toEqual([[true, false], true]);
  });
});

describe('a Host that is refused (§4.4)', () => {
  async function refused(): Promise<ObservedInstance> {
    const observed = new ObservedInstance({ isolation: 'host' });
    observed.supervisor.behaviour.started = (host) => {
      // As the Supervisor tells it: the channel goes first, the exit comes later.
      queueMicrotask(() => host.ending());
      queueMicrotask(() => queueMicrotask(() => host.refuse()));
    };
    await observed.instance.start();
    return observed;
  }

  it('is Faulted by the time that its start is over', async () => {
    expect((await refused()).instance.state).toBe('Faulted');
  });

  it('is tried again after a change of a tag, and a change that does not mend it says so', async () => {
    const observed = await refused();
    await expect(observed.change({ devices: [labDevice('d1', 'a')] })).rejects.toMatchObject({ code: 'LAB_CONFIG' });
    observed.supervisor.behaviour.started = (host) => queueMicrotask(() => host.ready());
    await observed.change({ devices: [labDevice('d1', 'b')] });
    expect(observed.instance.facts.spawn).toBe(3);
    await observed.clock.advance(0);
    expect(observed.instance.state).toBe('Healthy');
  });

  it('is tried again by a reset, which is over when it is clear what came of it', async () => {
    const observed = await refused();
    await observed.instance.reset();
    expect([observed.instance.state, observed.instance.facts.spawn]).toEqual(['Faulted', 2]);
  });

  it('that somebody stopped is left alone by a change', async () => {
    const observed = await refused();
    await observed.instance.stop();
    await observed.change({ devices: [labDevice('d1', 'a')] });
    expect([observed.instance.state, observed.instance.facts.spawn]).toEqual(['Stopped', 1]);
  });
});

describe('a stop', () => {
  it('puts the tags out of service and leaves no session, no scan', async () => {
    const observed = await new ObservedInstance().serve();
    await observed.instance.stop();
    expect([observed.instance.state, observed.shown(), observed.closed]).toEqual([
      'Stopped',
      'BadOutOfService',
      [true],
    ]);
    observed.lab.calls.length = 0;
    await observed.clock.advance(60_000);
    expect(observed.lab.calls).toEqual([]);
  });

  it('does not wait for a start that hangs', async () => {
    const observed = new ObservedInstance();
    observed.lab.hold('open');
    const started = observed.instance.start();
    await observed.clock.advance(0);
    expect(observed.instance.state).toBe('Initializing');
    await observed.instance.stop();
    await started;
    expect([observed.instance.state, observed.closed]).toEqual(['Stopped', [true]]);
  });

  it('keeps a Host that is starting from getting ready', async () => {
    const observed = new ObservedInstance({ isolation: 'host' });
    observed.supervisor.behaviour.started = () => undefined;
    const started = observed.instance.start();
    await observed.clock.advance(0);
    const stopped = observed.instance.stop();
    await Promise.all([started, stopped]);
    expect([observed.instance.state, observed.supervisor.host.snapshot.state]).toEqual(['Stopped', 'stopped']);
  });
});

describe('a restart', () => {
  it('closes the session and makes another, which an operator has asked for', async () => {
    const observed = await new ObservedInstance().serve();
    await observed.instance.restart();
    await observed.clock.advance(0);
    expect([observed.closed, observed.shown(), observed.instance.operatorRestarts]).toEqual([
      [true, false],
      'Good 2',
      1,
    ]);
  });
});

describe('contradictory actions', () => {
  it('end in the state of the last one, however fast they come', async () => {
    const { instance, lab, clock } = new ObservedInstance();
    const done = [instance.start(), instance.stop(), instance.start(), instance.stop(), instance.start()];
    await Promise.all(done);
    await clock.advance(0);
    expect([instance.state, instance.isWanted]).toEqual(['Healthy', true]);
    await Promise.all([instance.restart(), instance.stop()]);
    expect([instance.state, instance.isWanted, instance.operatorRestarts]).toEqual(['Stopped', false, 1]);
    expect(lab.sessions.every(({ isClosed }) => isClosed)).toBe(true);
  });

  it('never have two sessions at a time', async () => {
    const { instance, lab, clock } = new ObservedInstance();
    let most = 0;
    const look = (): void => {
      most = Math.max(most, lab.sessions.filter(({ isClosed }) => !isClosed).length);
    };
    for (const action of ['start', 'restart', 'stop', 'start', 'restart', 'restart'] as const)
      void instance[action]().then(look);
    for (let turn = 0; turn < 10; turn += 1) {
      await clock.advance(0);
      look();
    }
    expect([most, instance.state]).toEqual([1, 'Healthy']);
  });

  it('are carried out although the one before failed', async () => {
    const observed = await new ObservedInstance().serve();
    const recycled = observed.instance.recycle();
    const stopped = observed.instance.stop();
    await expect(recycled).rejects.toMatchObject({ code: 'NOT_ISOLATED' });
    await stopped;
    expect(observed.instance.state).toBe('Stopped');
  });
});

describe('a Host that dies (§4.3)', () => {
  it('turns the tags Bad in that very tick, and Good again with the first values of the next', async () => {
    const observed = await new ObservedInstance({ isolation: 'host' }).serve();
    expect([observed.instance.state, observed.shown()]).toEqual(['Healthy', 'Good 1']);
    observed.supervisor.host.crash();
    expect([observed.instance.state, observed.shown()]).toEqual(['Reconnecting', 'BadNoCommunication']);
    expect(observed.instance.startsInVain).toBe(false);
    observed.supervisor.host.respawn();
    await observed.clock.advance(0);
    expect([observed.instance.state, observed.shown()]).toEqual(['Healthy', 'Good 2']);
    expect(observed.instance.facts).toMatchObject({ crashes: 1, spawn: 2 });
  });

  it('before it was ready under its configuration starts in vain', async () => {
    const observed = new ObservedInstance({ isolation: 'host' });
    observed.supervisor.behaviour.started = (host) => host.crash();
    await observed.instance.start();
    expect([observed.instance.state, observed.instance.startsInVain]).toEqual(['Reconnecting', true]);
  });
});

describe('a device that does not answer (§5.5)', () => {
  it('is demoted alone, and is back on scan at once when a probe finds it', async () => {
    const observed = new ObservedInstance({ devices: [labDevice('d1', 'a'), labDevice('d2', 'b')] });
    observed.lab.failures.set('read d2', failure('unreachable'));
    await observed.serve();
    await observed.clock.advance(1_000);
    expect([observed.instance.state, observed.shown('a'), observed.shown('b')]).toEqual([
      'Degraded',
      'Good 1',
      'BadNoCommunication',
    ]);
    const reads = observed.lab.count('1 read d2');
    await observed.clock.advance(3_000);
    expect(observed.lab.count('1 read d2')).toBe(reads);
    observed.lab.failures.clear();
    await observed.instance.invokerOf('d2')?.probe();
    await observed.clock.advance(0);
    expect([observed.instance.state, observed.shown('b')]).toEqual(['Healthy', 'Good 1']);
    expect(observed.events).toEqual(expect.arrayContaining(['device lab/d2 is demoted', 'device lab/d2 is connected']));
  });
});

describe('a device that is demoted (§5.5)', () => {
  it('has all its tags Bad in that tick, also those whose next scan is an hour away', async () => {
    const devices = [labDevice('d1', 'a', labTag('slow', { scanMs: 3_600_000 }))];
    const observed = await new ObservedInstance({ devices }).serve();
    observed.lab.failures.set('read', failure('unreachable'));
    await observed.clock.advance(1_000);
    expect(observed.shown('slow')).toBe('Good 1');
    await observed.clock.advance(1_000);
    expect([observed.instance.state, observed.shown('slow')]).toEqual(['Reconnecting', 'BadNoCommunication']);
    await observed.instance.dispose();
  });
});

describe('a move (§3.4)', () => {
  it('into a Host keeps the values, and has one session serve until the other is ready', async () => {
    const observed = await new ObservedInstance().serve();
    const release = observed.lab.hold('close');
    const promoted = observed.instance.promote();
    await observed.clock.advance(100);
    expect([observed.shown(), observed.closed]).toEqual(['Good 1', [false, false]]);
    expect(observed.lab.count('2 read d1')).toBe(0);
    release();
    await promoted;
    await observed.clock.advance(899);
    expect([observed.lab.count('2 read d1'), observed.shown()]).toEqual([0, 'Good 1']);
    await observed.clock.advance(1);
    expect([observed.instance.isolation, observed.instance.state, observed.shown()]).toEqual([
      'host',
      'Healthy',
      'Good 2',
    ]);
    expect(observed.closed).toEqual([true, false]);
    expect(observed.states).toEqual(['Initializing', 'Healthy']);
  });

  it('where two may be connected reads from the new session before the old one is closed', async () => {
    const observed = await new ObservedInstance(overlapping).serve();
    observed.lab.hold('close');
    void observed.instance.promote();
    await observed.clock.advance(1_000);
    expect([observed.shown(), observed.closed]).toEqual(['Good 2', [false, false]]);
  });

  it('back into the gateway that does not succeed leaves the Host serving', async () => {
    const observed = await new ObservedInstance({ isolation: 'host' }).serve();
    observed.lab.failures.set('open', failure('config'));
    await expect(observed.instance.demote()).rejects.toMatchObject({ code: 'SUCCESSOR_NOT_READY' });
    await observed.clock.advance(1_000);
    expect([observed.instance.isolation, observed.instance.state, observed.shown()]).toEqual([
      'host',
      'Healthy',
      'Good 1',
    ]);
  });

  it('into the gateway is refused to a type that may crash it', async () => {
    const observed = await new ObservedInstance({ tier: 'C', isolation: 'host' }).serve();
    await expect(observed.instance.demote()).rejects.toMatchObject({ code: 'TIER_NEEDS_HOST' });
    expect([observed.instance.isolation, observed.instance.state]).toEqual(['host', 'Healthy']);
  });

  it('that a stop follows ends stopped, wherever it lives', async () => {
    const observed = await new ObservedInstance().serve();
    await Promise.all([observed.instance.promote(), observed.instance.stop()]);
    expect([observed.instance.state, observed.instance.isolation, observed.shown()]).toEqual([
      'Stopped',
      'host',
      'BadOutOfService',
    ]);
    expect(observed.closed).toEqual([true, true]);
  });
});

describe('a driver that gets nothing done (§6.4)', () => {
  it('begins anew, and goes on when that has helped', async () => {
    const observed = await new ObservedInstance().serve();
    const release = observed.lab.hold('read');
    await observed.clock.advance(25_000);
    expect(observed.lab.count('1 reinitialize')).toBe(1);
    release();
    await observed.clock.advance(10_000);
    expect(observed.events).toContain('no longer wedged');
    expect([observed.instance.state, observed.closed]).toEqual(['Healthy', [false]]);
  });

  it('in the gateway is Faulted when beginning anew did not help, until an operator resets it', async () => {
    const observed = await new ObservedInstance().serve();
    const release = observed.lab.hold('read');
    await observed.clock.advance(40_000);
    expect([observed.instance.state, observed.closed]).toEqual(['Faulted', [true]]);
    expect(observed.shown()).toMatch(/^Bad/);
    release();
    await observed.clock.advance(60_000);
    expect(observed.lab.sessions).toHaveLength(1);
    await observed.instance.reset();
    await observed.clock.advance(0);
    expect([observed.instance.state, observed.shown()]).toEqual(['Healthy', 'Good 2']);
  });

  it('in a Host has that recycled, and given up for good the third time within an hour', async () => {
    const observed = await new ObservedInstance({ isolation: 'host' }).serve();
    const { host } = observed.supervisor;
    for (let round = 0; round < 3; round += 1) {
      const release = observed.lab.hold('read');
      await observed.clock.advance(40_000);
      release();
      await observed.clock.advance(2_000);
    }
    expect(host.asked).toEqual(['start', 'recycle wedge', 'recycle wedge', 'trip']);
    expect([observed.instance.state, observed.shown()]).toEqual(['Faulted', 'BadNoCommunication']);
  });
});

describe('another configuration (§7.5)', () => {
  it('with other options turns the tags Bad in that tick, and its session is made of them', async () => {
    const observed = await new ObservedInstance().serve();
    const adopted = observed.change({ options: { port: 503 } }, { restart: true });
    expect([observed.shown(), observed.instance.generation]).toEqual(['BadOutOfService', 2]);
    await adopted;
    await observed.clock.advance(0);
    expect([observed.instance.state, observed.shown(), observed.closed]).toEqual(['Healthy', 'Good 2', [true, false]]);
    expect(observed.lab.session.context.options).toEqual({ port: 503 });
  });

  it('while it starts under the former one gives that start up', async () => {
    const observed = new ObservedInstance();
    const release = observed.lab.hold('open');
    const started = observed.instance.start();
    await observed.clock.advance(0);
    const adopted = observed.change({ options: { port: 503 } }, { restart: true });
    await started;
    await observed.clock.advance(0);
    expect(observed.closed).toEqual([true, false]);
    release();
    await adopted;
    await observed.clock.advance(0);
    expect([observed.instance.state, observed.shown()]).toEqual(['Healthy', 'Good 2']);
    expect(observed.lab.session.context.options).toEqual({ port: 503 });
  });

  it('in which it shall not run stops it, also while it starts', async () => {
    const observed = new ObservedInstance();
    observed.lab.hold('open');
    const started = observed.instance.start();
    await observed.clock.advance(0);
    await observed.change({ enabled: false }, { run: 'stop' });
    await started;
    expect([observed.instance.state, observed.instance.isWanted, observed.closed]).toEqual(['Stopped', false, [true]]);
  });

  it('under which it does not open rejects with the reason', async () => {
    const observed = await new ObservedInstance().serve();
    observed.lab.failures.set('open', failure('config'));
    const adopted = observed.change({ options: { port: 0 } }, { restart: true });
    await expect(adopted).rejects.toMatchObject({ code: 'LAB_CONFIG' });
    expect([observed.instance.state, observed.shown()]).toEqual(['Faulted', 'BadConfigurationError']);
  });

  it('lets the write under way come to its end before the session is renewed, and refuses the one behind it', async () => {
    const observed = await new ObservedInstance().serve();
    const release = observed.lab.hold('write');
    const item = { point: { path: 'a', address: 'A', type: { scalar: 'float64' } }, value: 1 } as const;
    const { invoker } = observed.instance.devices[0];
    const first = invoker.write([item], false, 'c1');
    const second = invoker.write([item], false, 'c2').catch((error: unknown) => error);
    const adopted = observed.change({ options: { port: 503 } }, { restart: true });
    await observed.clock.advance(300);
    expect([observed.closed, observed.lab.sessions.length]).toEqual([[false], 1]);
    release();
    await observed.clock.advance(10);
    await adopted;
    expect(await first).toMatchObject([{ outcome: 'done' }]);
    expect(await second).toMatchObject({ kind: 'host-lost', writeOutcome: 'not-sent' });
    expect(observed.closed).toEqual([true, false]);
  });

  it('of tags alone leaves the session in peace', async () => {
    const observed = await new ObservedInstance().serve();
    const device = labDevice('d1', 'a', 'b');
    const tags = { added: [device.tags[1]], removed: [], changed: [] };
    await observed.change(
      { devices: [device] },
      { devices: [{ kind: 'change', deviceId: 'd1', device, options: false, tags }] },
    );
    await observed.clock.advance(1_000);
    expect([observed.shown('b'), observed.closed]).toEqual(['Good 1', [false]]);
    expect(observed.instance.configured.devices[0].tags.map(({ path }) => path)).toEqual(['a', 'b']);
  });

  it('of devices goes to a session that takes them live, and makes another where it does not', async () => {
    const observed = await new ObservedInstance().serve();
    const devices = [labDevice('d1', 'a'), labDevice('d2', 'b')];
    const change = { devices: [{ kind: 'add', deviceId: 'd2', device: devices[1] }] } as const;
    await observed.change({ devices }, change);
    await observed.clock.advance(0);
    expect([observed.shown('b'), observed.closed]).toEqual(['Good 2', [true, false]]);
    const live = new ObservedInstance();
    live.lab.members = [...live.lab.members, 'setDevices'];
    await live.serve();
    await live.change({ devices }, change);
    await live.clock.advance(0);
    expect([live.shown('b'), live.closed]).toEqual(['Good 1', [false]]);
  });
});

describe('an end', () => {
  it('while it starts leaves nothing: no session, no tag, no timer', async () => {
    const observed = new ObservedInstance();
    observed.lab.hold('open');
    const started = observed.instance.start();
    await observed.clock.advance(0);
    observed.instance.withdrawAll();
    expect(observed.shown()).toBe('none');
    await observed.instance.dispose();
    await started;
    expect([observed.closed, observed.clock.pendingTimers]).toEqual([[true], 0]);
  });

  it('of a driver in a Host ends the Host for its configuration’s sake, after the writes under way', async () => {
    const observed = await new ObservedInstance({ isolation: 'host' }).serve();
    const release = observed.lab.hold('write');
    const item = { point: { path: 'a', address: 'A', type: { scalar: 'float64' } }, value: 1 } as const;
    const written = observed.instance.devices[0].invoker.write([item], false, 'c1');
    observed.instance.withdrawAll();
    const disposed = observed.instance.dispose('configuration');
    await observed.clock.advance(100);
    expect(observed.supervisor.host.asked).toEqual(['start']);
    release();
    await observed.clock.advance(10);
    await disposed;
    expect(await written).toMatchObject([{ outcome: 'done' }]);
    expect(observed.supervisor.host.asked).toEqual(['start', 'stop configuration']);
    await observed.clock.advance(900); // the timer of a deadline outlives its call
    expect(observed.clock.pendingTimers).toBe(0);
  });
});
