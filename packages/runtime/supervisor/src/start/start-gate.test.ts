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

function crowd(count: number, places = count) {
  const clock = new FakeClock();
  const alarms: boolean[] = [];
  const started: string[] = [];
  const gate = new StartGate({ clock, places, changed: (engaged) => alarms.push(engaged) });
  const hosts = Array.from({ length: count }, (_, index) => new FakeHost(String(index + 1), gate, started));
  return { clock, alarms, started, gate, hosts };
}

/** All of them died and came back a moment ago: what they do now is the second time. */
function crowdThatDied(count: number) {
  const crowded = crowd(count);
  for (const host of crowded.hosts) host.ask();
  for (const host of crowded.hosts) crowded.gate.look(host, settled);
  crowded.started.length = 0;
  return crowded;
}

describe('when many die of one cause (§4.4)', () => {
  it('as many start at a time as there are places, in the order in which they asked, and that is no storm', () => {
    const { started, hosts, gate, alarms } = crowd(50, 2);
    for (const host of hosts) host.ask();
    expect(started).toEqual(['1', '2']);
    gate.look(hosts[1], settled);
    expect(started).toEqual(['1', '2', '3']);
    for (const host of hosts) gate.look(host, settled);
    expect([started.length, gate.isIdle, alarms]).toEqual([50, true, []]);
  });

  it('a start that waits for its device gives its place away after 100 ms', async () => {
    const { started, hosts, clock, gate } = crowd(3, 1);
    for (const host of hosts) host.ask();
    await clock.advance(99);
    expect(started).toEqual(['1']);
    await clock.advance(1);
    expect([started, gate.isIdle]).toEqual([['1', '2'], false]);
    gate.look(hosts[0], settled);
    expect(started).toEqual(['1', '2']);
    gate.look(hosts[1], settled);
    gate.look(hosts[2], settled);
    expect([started, clock.pendingTimers]).toEqual([['1', '2', '3'], 0]);
  });

  it('it is crowded while some wait, or more start than there are places', () => {
    const { hosts, gate } = crowd(3, 1);
    expect(gate.isCrowded).toBe(false);
    hosts[0].ask();
    expect(gate.isCrowded).toBe(false);
    hosts[1].ask();
    expect(gate.isCrowded).toBe(true);
    gate.look(hosts[1], settled);
    gate.started(hosts[2], false);
    expect(gate.isCrowded).toBe(true);
    gate.look(hosts[2], settled);
    expect(gate.isCrowded).toBe(false);
    gate.look(hosts[0], settled);
  });

  it('one that dies again a minute later is no repetition', async () => {
    const { hosts, clock, gate, alarms } = crowdThatDied(50);
    await clock.advance(60_000);
    for (const host of hosts) host.ask();
    expect([gate.engaged, alarms]).toEqual([false, []]);
  });
});

describe('in a storm of restarts (§4.4)', () => {
  it('Hosts start one after the other, in the order in which they asked', () => {
    const { started, hosts, gate, alarms } = crowdThatDied(25);
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
    const { started, hosts, gate } = crowdThatDied(60);
    for (const host of hosts) host.failsAtOnce = host.name !== '1';
    for (const host of hosts) host.ask();
    for (const host of hosts) gate.look(host, { isStarting: host === hosts[0], isHeldBack: true });
    gate.look(hosts[0], settled);
    expect(started.length).toBeGreaterThan(60);
  });

  it('who was stopped meanwhile is passed over', () => {
    const { started, hosts, gate } = crowdThatDied(23);
    for (const host of hosts) host.ask();
    gate.look(hosts[21], settled);
    for (const host of hosts.slice(0, 21)) gate.look(host, settled);
    expect(started.slice(21)).toEqual(['23']);
  });

  it('all becomes normal again by itself, and leaves no timer', async () => {
    const { clock, hosts, gate, alarms, started } = crowdThatDied(22);
    for (const host of hosts) host.ask();
    for (const host of hosts) gate.look(host, settled);
    await clock.advance(59_999);
    expect([alarms, started.length]).toEqual([[true], 22]);
    await clock.advance(1);
    expect([alarms, clock.pendingTimers, gate.isOpen]).toEqual([[true, false], 0, true]);
  });

  it('the end of the storm waits for those who still wait', async () => {
    const { clock, hosts, gate, alarms } = crowdThatDied(22);
    for (const host of hosts) host.ask();
    await clock.advance(120_000);
    expect(alarms).toEqual([true]);
    gate.look(hosts[21], settled);
    expect(alarms).toEqual([true, false]);
  });
});

describe('without a storm', () => {
  it('first starts are no restarts, however many', () => {
    const { gate, hosts } = crowd(100, 2);
    for (const host of hosts) gate.started(host, false);
    expect([gate.engaged, gate.isOpen]).toEqual([false, true]);
  });
});
