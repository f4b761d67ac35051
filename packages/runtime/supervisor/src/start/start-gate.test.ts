import { FakeClock } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { StartGate, type Starter } from './start-gate.js';

const settled = { isStarting: false, isHeldBack: false };

/** A Host that starts as soon as it may. */
class FakeHost implements Starter {
  readonly #gate: StartGate;
  readonly #log: string[];
  readonly name: string;
  failsAtOnce = false;

  constructor(name: string, gate: StartGate, log: string[]) {
    this.name = name;
    this.#gate = gate;
    this.#log = log;
  }

  ask(): void {
    if (this.#gate.isOpen) this.mayStart();
    else this.#gate.look(this, { isStarting: false, isHeldBack: true });
  }

  mayStart(): void {
    this.#log.push(this.name);
    this.#gate.started(this, true);
    if (this.failsAtOnce) this.#gate.look(this, settled);
  }
}

function crowd(count: number) {
  const clock = new FakeClock();
  const alarms: boolean[] = [];
  const started: string[] = [];
  const gate = new StartGate({ clock, changed: (engaged) => alarms.push(engaged) });
  const hosts = Array.from({ length: count }, (_, index) => new FakeHost(String(index + 1), gate, started));
  return { clock, alarms, started, gate, hosts };
}

describe('in a storm of restarts (§4.4)', () => {
  it('Hosts start one after the other, in the order in which they asked', () => {
    const { started, hosts, gate, alarms } = crowd(25);
    for (const host of hosts) host.ask();
    expect(started).toHaveLength(21);
    expect(alarms).toEqual([true]);
    for (const host of hosts.slice(0, 20)) gate.look(host, settled);
    expect(started).toHaveLength(21);
    gate.look(hosts[20], settled);
    expect(started.slice(21)).toEqual(['22']);
    gate.look(hosts[21], settled);
    expect(started.slice(21)).toEqual(['22', '23']);
  });

  it('a start that fails at once lets the next one go', () => {
    const { started, hosts, gate } = crowd(60);
    for (const host of hosts) host.failsAtOnce = host.name !== '1';
    for (const host of hosts) host.ask();
    for (const host of hosts) gate.look(host, { isStarting: host === hosts[0], isHeldBack: true });
    gate.look(hosts[0], settled);
    expect(started.length).toBeGreaterThan(60);
  });

  it('who was stopped meanwhile is passed over', () => {
    const { started, hosts, gate } = crowd(23);
    for (const host of hosts) host.ask();
    gate.look(hosts[21], settled);
    for (const host of hosts.slice(0, 21)) gate.look(host, settled);
    expect(started.slice(21)).toEqual(['23']);
  });

  it('all becomes normal again by itself, and leaves no timer', async () => {
    const { clock, hosts, gate, alarms, started } = crowd(22);
    for (const host of hosts) host.ask();
    for (const host of hosts) gate.look(host, settled);
    await clock.advance(59_999);
    expect([alarms, started.length]).toEqual([[true], 22]);
    await clock.advance(1);
    expect([alarms, clock.pendingTimers, gate.isOpen]).toEqual([[true, false], 0, true]);
  });

  it('the end of the storm waits for those who still wait', async () => {
    const { clock, hosts, gate, alarms } = crowd(22);
    for (const host of hosts) host.ask();
    await clock.advance(120_000);
    expect(alarms).toEqual([true]);
    gate.look(hosts[21], settled);
    expect(alarms).toEqual([true, false]);
  });
});

describe('without a storm', () => {
  it('first starts are no restarts, however many', () => {
    const { gate, hosts } = crowd(100);
    for (const host of hosts) gate.started(host, false);
    expect([gate.engaged, gate.isOpen]).toEqual([false, true]);
  });
});
