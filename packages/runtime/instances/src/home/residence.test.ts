import { collectingLogger, FakeClock } from '@fieldwarden/testkit';
import type { DriverSession } from '@fieldwarden/driver';
import { describe, expect, it } from 'vitest';
import { driverSettings } from '../driver-settings.js';
import { FakeSupervisor } from '../testing/fake-host.js';
import { failure, LabDriver } from '../testing/lab-driver.js';
import { noBelongings, noFolders } from '../testing/no-belongings.js';
import { labPlant } from '../testing/lab-plant.js';
import { Residence } from './residence.js';
import type { Isolation } from './session-home.js';

/** A residence, and all that it told: what happened, and whether anybody could be called in that very moment. */
class ObservedResidence {
  readonly lab = new LabDriver();
  readonly supervisor = new FakeSupervisor(this.lab);
  readonly clock = new FakeClock();
  readonly session: { current: DriverSession | undefined } = { current: undefined };
  readonly told: string[] = [];
  readonly residence: Residence;
  readonly #plant;

  constructor({ isolation = 'in-process', overlap = false }: { isolation?: Isolation; overlap?: boolean } = {}) {
    const plant = labPlant();
    this.#plant = { ...plant, isolation, supervision: { ...plant.supervision, overlap } };
    const tell = (what: string): void => void this.told.push(this.session.current ? `${what} +` : what);
    this.residence = new Residence(
      this.lab.definition,
      driverSettings(this.#plant),
      {
        ready: () => tell('ready'),
        lost: ({ cause }) => tell(`lost ${cause}`),
        leaving: () => tell('leaving'),
        phaseChanged: () => undefined,
      },
      {
        supervisor: this.supervisor,
        folders: noFolders,
        openBelongings: noBelongings,
        clock: this.clock,
        random: () => 0,
        logger: collectingLogger(),
        session: this.session,
        generation: () => 7,
      },
    );
  }

  configure(options: unknown): void {
    this.residence.configure(driverSettings({ ...this.#plant, options }));
  }
}

describe('the session of a residence', () => {
  it('is to be had from ready to the first word of a stop', async () => {
    const observed = new ObservedResidence();
    const { residence, session } = observed;
    expect(session.current).toBeUndefined();
    const release = observed.lab.hold('open');
    const starting = residence.start();
    expect([residence.isStarting, session.current]).toEqual([true, undefined]);
    release();
    await starting;
    expect(session.current).toBe(observed.lab.session.offered);
    const stopping = residence.stop();
    expect(session.current).toBeUndefined();
    await stopping;
    expect(observed.told).toEqual(['ready +']);
  });

  it('in a Host is taken out in the tick in which that is suspect, or dies, and comes back with it (§4.2, §4.3)', async () => {
    const { residence, session, supervisor, told } = new ObservedResidence({ isolation: 'host' });
    await residence.start();
    const proxy = session.current;
    expect(proxy).toBeDefined();
    supervisor.host.suspect();
    expect(session.current).toBeUndefined();
    supervisor.host.recover();
    expect(session.current).toBe(proxy);
    supervisor.host.crash();
    expect([session.current, residence.phase.type]).toEqual([undefined, 'recovering']);
    supervisor.host.respawn();
    await Promise.resolve();
    expect(session.current).toBe(proxy);
    expect(told).toEqual(['ready +', 'lost exit', 'ready +']);
  });
});

describe('a move (§3.4)', () => {
  it('has the successor ready before the old session closes, and nobody to call in between', async () => {
    const observed = new ObservedResidence();
    const { residence, session, lab, supervisor, told } = observed;
    await residence.start();
    const release = lab.hold('close');
    const moved = residence.move('host');
    await observed.clock.advance(0);
    expect([supervisor.host.snapshot.state, lab.sessions[0].isClosed]).toEqual(['ready', false]);
    expect(told).toEqual(['ready +', 'leaving +']);
    expect(session.current).toBeUndefined();
    release();
    await moved;
    expect(lab.sessions.map(({ isClosed }) => isClosed)).toEqual([true, false]);
    expect(told).toEqual(['ready +', 'leaving +', 'ready +']);
    expect(session.current).toBe(supervisor.host.session);
  });

  it('of a driver that may overlap leaves no moment without a session', async () => {
    const observed = new ObservedResidence({ overlap: true });
    const { residence, session, lab, supervisor, told } = observed;
    await residence.start();
    const release = lab.hold('close');
    const moved = residence.move('host');
    await observed.clock.advance(0);
    expect(told).toEqual(['ready +', 'leaving +', 'ready +']);
    expect([session.current === supervisor.host.session, lab.sessions[0].isClosed]).toEqual([true, false]);
    release();
    await moved;
    expect(lab.sessions[0].isClosed).toBe(true);
  });

  it('whose successor does not get ready leaves the old session serving, and nothing of the other', async () => {
    const { residence, session, lab, supervisor, told } = new ObservedResidence();
    await residence.start();
    supervisor.behaviour.started = (host) => host.refuse();
    await expect(residence.move('host')).rejects.toMatchObject({
      code: 'SUCCESSOR_NOT_READY',
      cause: { kind: 'config' },
    });
    expect(session.current).toBe(lab.sessions[0].offered);
    expect([residence.isolation, residence.phase.type, lab.sessions[0].isClosed]).toEqual([
      'in-process',
      'ready',
      false,
    ]);
    expect([supervisor.host.snapshot.state, told]).toEqual(['stopped', ['ready +']]);
  });

  it('back into the gateway whose session does not open leaves the Host serving', async () => {
    const { residence, session, lab, supervisor } = new ObservedResidence({ isolation: 'host' });
    await residence.start();
    lab.failures.set('open', failure('config'));
    await expect(residence.move('in-process')).rejects.toMatchObject({ code: 'SUCCESSOR_NOT_READY' });
    expect([residence.isolation, session.current === supervisor.host.session]).toEqual(['host', true]);
    expect(supervisor.host.asked).toEqual(['start']);
  });

  it('whose successor dies while the old session closes has nobody to call until that is back', async () => {
    const observed = new ObservedResidence();
    const { residence, session, lab, supervisor, told } = observed;
    await residence.start();
    const release = lab.hold('close');
    const moved = residence.move('host');
    await observed.clock.advance(0);
    supervisor.host.crash();
    release();
    await moved;
    expect([session.current, residence.phase.type]).toEqual([undefined, 'recovering']);
    supervisor.host.respawn();
    await observed.clock.advance(0);
    expect(session.current).toBe(supervisor.host.session);
    expect(told.at(-1)).toBe('ready +');
  });

  it('of a driver that does not run only says where it will start', async () => {
    const { residence, supervisor, lab } = new ObservedResidence();
    await residence.move('host');
    expect([residence.isolation, residence.phase.type, supervisor.host.asked]).toEqual(['host', 'stopped', []]);
    await residence.start();
    expect([supervisor.host.asked, lab.sessions.length]).toEqual([['start'], 1]);
  });

  it('of a Host that does not get up starts in the gateway, once the Host is gone', async () => {
    const { residence, session, lab, supervisor } = new ObservedResidence({ isolation: 'host' });
    await residence.start();
    supervisor.host.crash();
    await residence.move('in-process');
    expect(supervisor.host.snapshot.state).toBe('stopped');
    expect(session.current).toBe(lab.sessions[1].offered);
    expect(residence.facts).toMatchObject({ crashes: 1, pid: null });
  });
});

describe('what an older home says', () => {
  it('on its way out concerns nobody', async () => {
    const { residence, session, supervisor, told } = new ObservedResidence({ isolation: 'host', overlap: true });
    await residence.start();
    await residence.recycle('cron');
    const [former, present] = supervisor.hosts;
    told.length = 0;
    former.crash();
    former.ready();
    expect(told).toEqual([]);
    expect([session.current === present.session, residence.phase.type]).toEqual([true, 'ready']);
  });

  it('while it is left for another by an overlapping recycle is not a loss', async () => {
    const { residence, supervisor, told } = new ObservedResidence({ isolation: 'host', overlap: true });
    await residence.start();
    await residence.recycle('cron');
    expect(told).toEqual(['ready +', 'leaving +', 'ready +']);
    expect(supervisor.hosts[0].asked).toEqual(['start', 'stop operator']);
    expect(supervisor.hosts[1].spec.history).toMatchObject({ spawn: 1 });
    expect(residence.facts).toMatchObject({ recycles: 1, spawn: 2 });
  });
});

describe('another configuration (§7.5)', () => {
  it('takes the session away at once, and brings one that is made of it', async () => {
    const observed = new ObservedResidence();
    const { residence, session, lab } = observed;
    await residence.start();
    residence.outdate();
    expect([session.current, residence.phase.type]).toEqual([undefined, 'recovering']);
    observed.configure({ port: 503 });
    await residence.renew('in-process', { run: true });
    expect(session.current).toBe(lab.sessions[1].offered);
    expect(lab.sessions.map(({ context, isClosed }) => [context.options, isClosed])).toEqual([
      [{}, true],
      [{ port: 503 }, false],
    ]);
  });

  it('that another one overtakes lets nobody at the session between the two', async () => {
    const observed = new ObservedResidence();
    const { residence, session, lab } = observed;
    await residence.start();
    residence.outdate();
    residence.outdate();
    await residence.renew('in-process', { run: true });
    expect([session.current, residence.phase.type, lab.sessions.length]).toEqual([undefined, 'recovering', 2]);
    await residence.renew('in-process', { run: true });
    expect([session.current, residence.phase.type]).toEqual([lab.sessions[2].offered, 'ready']);
  });

  it('in which it shall not run leaves it stopped', async () => {
    const { residence, session } = new ObservedResidence();
    await residence.start();
    residence.outdate();
    await residence.renew('in-process', { run: false });
    expect([session.current, residence.phase.type]).toEqual([undefined, 'stopped']);
  });

  it('forgives a Host its crashes, and counts its spawns on', async () => {
    const { residence, supervisor } = new ObservedResidence({ isolation: 'host' });
    await residence.start();
    supervisor.host.history = { ...supervisor.host.history, breaker: 'open', crashTimesMs: [1, 2, 3] };
    residence.outdate();
    await residence.renew('host', { run: true });
    expect(supervisor.hosts[0].asked).toEqual(['start', 'stop configuration']);
    expect(supervisor.host.spec.history).toMatchObject({ spawn: 1, breaker: 'closed', crashTimesMs: [] });
  });
});
