import { isGatewayError, isGood, silentLogger, statusName, ValueColumns, type StatusCode } from '@fieldwarden/core';
import type { DriverSession, Point, ReadPlan } from '@fieldwarden/driver';
import { FakeClock, testBelongings, testCall } from '@fieldwarden/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modbusDeviceOptions } from './device-options.js';
import { modbusOptions } from './options.js';
import { ModbusSession } from './session.js';
import { registerAt, SpottyWire, type Misbehaviour, type Spot, type SpottyUnit } from './testing/spotty-wire.js';

const effort = process.env.FIELDWARDEN_LONG === '1' ? 20 : 1;

/** What the invoker does (§5.3): so many attempts for a scan, and so many failed ones in a row take a device off scan. */
const attemptsPerScan = 4;
const failuresThatDemote = 5;

interface Tag {
  readonly functionCode: 3 | 4;
  readonly start: number;
  readonly count: 1 | 2;
}

/** Scans one plan every second, in time that only moves when it is waited for. */
class Scanner {
  readonly clock = new FakeClock();
  readonly wire: SpottyWire;
  readonly session: DriverSession;
  readonly #tags: readonly Tag[];
  readonly #plan: ReadPlan;
  failuresInARow = 0;
  mostFailuresInARow = 0;

  constructor(tags: readonly Tag[], unit: SpottyUnit, kind: 'tcp' | 'serial' = 'tcp') {
    this.#tags = tags;
    this.wire = new SpottyWire(kind, unit);
    this.session = new ModbusSession(
      {
        ...testBelongings(),
        driverId: 'test',
        options: modbusOptions.parse({ host: 'plc', timeoutMs: 1000 }),
        devices: [{ id: 'unit', options: modbusDeviceOptions.parse({}) }],
        clock: this.clock,
        logger: silentLogger,
        random: () => 0.5,
      },
      this.wire,
    );
    this.#plan = this.session.prepareRead!('unit', tags.map(pointOf));
  }

  /** The rows, or the error, of one scan; a second passes at least. */
  async scan(): Promise<ValueColumns | undefined> {
    for (let attempt = 0; attempt < attemptsPerScan; attempt++) {
      const into = new ValueColumns(this.#tags.length);
      into.statuses.fill(0xdead_beef);
      const isRead = await this.#read(into);
      this.failuresInARow = isRead ? 0 : this.failuresInARow + 1;
      this.mostFailuresInARow = Math.max(this.mostFailuresInARow, this.failuresInARow);
      if (isRead) return into;
    }
    return undefined;
  }

  /** Status of each tag; a value that is not that of its register fails the test. */
  async statuses(): Promise<readonly StatusCode[]> {
    const into = await this.scan();
    await this.clock.advance(1000);
    if (!into) return this.#tags.map(() => 0x8000_0000);
    this.#tags.forEach((tag, row) => {
      if (isGood(into.statuses[row])) expect(into.values[row]).toBe(valueOf(tag));
    });
    return [...into.statuses];
  }

  async avoided(): Promise<readonly { what: string; points: number; reason: string; retestInMs: number }[]> {
    return (await this.session.describePlan!(this.#plan)).avoided ?? [];
  }

  async #read(into: ValueColumns): Promise<boolean> {
    let outcome: boolean | undefined;
    this.session.read!(this.#plan, into, testCall({ clock: this.clock, timeoutMs: 4000 })).then(
      () => (outcome = true),
      (error: unknown) => {
        if (!isGatewayError(error) || error.kind === 'bug') throw error;
        outcome = false;
      },
    );
    for (let waitedMs = 0; outcome === undefined; waitedMs += 25) {
      if (waitedMs > 5000) throw new Error('a read outlived its deadline');
      await this.clock.advance(outcome === undefined && waitedMs > 0 ? 25 : 0);
    }
    return outcome;
  }
}

function pointOf({ functionCode, start, count }: Tag): Point {
  const address = `${functionCode === 3 ? 'HR' : 'IR'}${start}`;
  return { path: address, address, type: { scalar: count === 1 ? 'uint16' : 'uint32' } };
}

function valueOf({ functionCode, start, count }: Tag): number {
  const first = registerAt(functionCode, start);
  return count === 1 ? first : first * 0x1_0000 + registerAt(functionCode, start + 1);
}

function spotAt(start: number, does: Misbehaviour, area: Spot['area'] = 'holding-register'): Spot {
  return { area, start, count: 1, does };
}

function touches({ functionCode, start, count }: Tag, spot: Spot): boolean {
  return (functionCode === 3) === (spot.area === 'holding-register') && start < spot.start + spot.count && spot.start < start + count; // prettier-ignore
}

const words = (count: number, first = 0): Tag[] =>
  Array.from({ length: count }, (_, i) => ({ functionCode: 3, start: first + i, count: 1 }));

const kinds: readonly (readonly [Misbehaviour, status: string])[] = [
  ['silence', 'BadTimeout'],
  ['hang-up', 'BadNoCommunication'],
  ['too-short', 'BadCommunicationError'],
  ['too-long', 'BadCommunicationError'],
  ['garbage', 'BadCommunicationError'],
  [{ exception: 1 }, 'BadNotSupported'],
  [{ exception: 2 }, 'BadNodeIdUnknown'],
  [{ exception: 3 }, 'BadOutOfRange'],
  [{ exception: 4 }, 'BadDeviceFailure'],
  [{ exception: 5 }, 'BadResourceUnavailable'],
  [{ exception: 6 }, 'BadResourceUnavailable'],
  [{ exception: 7 }, 'BadNotSupported'],
  [{ exception: 8 }, 'BadDeviceFailure'],
  [{ exception: 10 }, 'BadNoCommunication'],
  [{ exception: 11 }, 'BadNoCommunication'],
  [{ exception: 99 }, 'BadUnknownResponse'],
];

describe('one register that a unit does not answer (§5.1)', () => {
  it.each(kinds)('costs only its own tag: %j', async (does, status) => {
    const scanner = new Scanner(words(100), { spots: [spotAt(39, does)] });
    for (let scan = 0; scan < 12; scan++) await scanner.statuses();
    for (let scan = 0; scan < 30; scan++) {
      const statuses = await scanner.statuses();
      expect(statuses.flatMap((code, row) => (isGood(code) ? [] : [`${row} ${statusName(code)}`]))).toEqual([
        `39 ${status}`,
      ]);
    }
    expect(scanner.mostFailuresInARow).toBeLessThan(failuresThatDemote);
    expect(await scanner.avoided()).toMatchObject([{ what: 'HR 39', points: 1, reason: expect.any(String) as string }]);
  });

  it('is tried again after a pause that grows, and read like the rest once it answers', async () => {
    const scanner = new Scanner(words(100), { spots: [spotAt(39, 'silence')] });
    for (let scan = 0; scan < 60; scan++) await scanner.statuses();
    const [{ retestInMs }] = await scanner.avoided();
    expect(retestInMs).toBeGreaterThan(5_000);
    const before = scanner.wire.silences;
    for (let scan = 0; scan < 600; scan++) await scanner.statuses();
    expect(scanner.wire.silences - before).toBeLessThan(6);
    scanner.wire.unit = { spots: [] };
    for (let scan = 0; scan < 700; scan++) await scanner.statuses();
    expect((await scanner.statuses()).every(isGood)).toBe(true);
    expect(await scanner.avoided()).toEqual([]);
    const requests = scanner.wire.requests;
    await scanner.statuses();
    expect(scanner.wire.requests - requests).toBe(1);
  });

  it('costs nothing lasting when one answer is lost once', async () => {
    const scanner = new Scanner([...words(100), ...words(100, 300)], { spots: [] });
    await scanner.statuses();
    scanner.wire.unit = { spots: [spotAt(339, 'silence')] };
    const scanning = scanner.statuses();
    await new Promise(setImmediate);
    scanner.wire.unit = { spots: [] };
    expect((await scanning).every(isGood)).toBe(true);
    expect(await scanner.avoided()).toEqual([]);
  });
});

describe('what nobody asked for (§9.1)', () => {
  it.each(kinds)('in a gap is read around: %j', async (does) => {
    const tags = [...words(10), ...words(10, 20)];
    const scanner = new Scanner(tags, { spots: [spotAt(15, does)] });
    for (let scan = 0; scan < 8; scan++) await scanner.statuses();
    for (let scan = 0; scan < 20; scan++) expect((await scanner.statuses()).every(isGood)).toBe(true);
    expect(await scanner.avoided()).toMatchObject([{ what: 'HR 10..19', points: 0 }]);
  });

  it.each(kinds)('by its length is asked for in smaller reads: %j', async (does) => {
    const scanner = new Scanner(words(100), { spots: [], tooMuch: { count: 40, does } });
    for (let scan = 0; scan < 12; scan++) await scanner.statuses();
    for (let scan = 0; scan < 20; scan++) expect((await scanner.statuses()).every(isGood)).toBe(true);
    expect(await scanner.avoided()).toMatchObject([{ what: 'HR longer than 25', points: 0 }]);
  });
});

describe('a unit that is gone (§5.1)', () => {
  it('costs one time-out for each attempt, and teaches nothing', async () => {
    const scanner = new Scanner([...words(100), ...words(100, 300)], { spots: [] });
    await scanner.statuses();
    scanner.wire.unit = { spots: [{ area: 'holding-register', start: 0, count: 65_536, does: 'silence' }] };
    for (let scan = 0; scan < 5; scan++) expect(await scanner.scan()).toBeUndefined();
    expect([scanner.wire.silences, scanner.failuresInARow]).toEqual([20, 20]);
    expect(await scanner.avoided()).toEqual([]);
    scanner.wire.unit = { spots: [] };
    expect((await scanner.statuses()).every(isGood)).toBe(true);
    expect(await scanner.avoided()).toEqual([]);
  });

  it('is noticed although all its tags are left alone', async () => {
    const scanner = new Scanner(words(1, 39), { spots: [spotAt(39, 'silence')] });
    for (let scan = 0; scan < 10; scan++) await scanner.statuses();
    expect(await scanner.avoided()).toHaveLength(1);
    expect(await scanner.scan()).toBeDefined();
    scanner.wire.unit = { spots: [{ area: 'holding-register', start: 0, count: 65_536, does: 'silence' }] };
    expect(await scanner.scan()).toBeUndefined();
  });

  it('half way through a scan costs that scan two time-outs, and keeps what was read', async () => {
    const scanner = new Scanner([...words(10), ...words(10, 100), ...words(10, 200)], { spots: [] });
    await scanner.statuses();
    // the whole unit falls silent with the second read
    scanner.wire.unit = { spots: [{ area: 'holding-register', start: 100, count: 65_436, does: 'silence' }] };
    const scanning = scanner.statuses();
    await new Promise(setImmediate);
    scanner.wire.unit = { spots: [{ area: 'holding-register', start: 0, count: 65_536, does: 'silence' }] };
    const statuses = await scanning;
    expect(statuses.map((code) => statusName(code))).toEqual([
      ...Array<string>(10).fill('Good'),
      ...Array<string>(20).fill('BadTimeout'),
    ]);
    expect(scanner.wire.silences).toBe(2);
  });
});

describe('a device that closes the connection after each answer (§9.6)', () => {
  it('is read all the same, one connection for each request', async () => {
    const tags = [0, 300, 600, 900, 1200, 1500].flatMap((first) => words(2, first));
    const scanner = new Scanner(tags, { spots: [], hangsUpAfterAnswers: true });
    for (let scan = 0; scan < 10; scan++) expect((await scanner.statuses()).every(isGood)).toBe(true);
    expect(scanner.wire.connects).toBeLessThanOrEqual(6 * 10 + 1);
    expect(await scanner.avoided()).toEqual([]);
  });
});

const misbehaviour = fc.constantFrom(...kinds.map(([does]) => does));
const tagsOf = fc.uniqueArray(
  fc.record({ functionCode: fc.constantFrom(3 as const, 4 as const), start: fc.nat(400), count: fc.constantFrom(1 as const, 2 as const) }),
  { minLength: 12, maxLength: 60, selector: ({ functionCode, start }) => `${functionCode} ${start}` },
); // prettier-ignore
const spotsOf = fc.array(
  fc.record({ area: fc.constantFrom('holding-register' as const, 'input-register' as const), start: fc.nat(400), count: fc.integer({ min: 1, max: 3 }), does: misbehaviour }),
  { minLength: 1, maxLength: 4 },
); // prettier-ignore

describe('any tags of a unit with any misbehaving addresses (§5.1)', () => {
  it('are read but for those that lie there, without a demotion, and cost ever fewer time-outs', { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(tagsOf, spotsOf, fc.boolean(), async (tags, spots, hangsUpAfterAnswers) => {
        const scanner = new Scanner(tags, { spots, hangsUpAfterAnswers });
        const sound = tags.map((tag) => !spots.some((spot) => touches(tag, spot)));
        fc.pre(sound.filter(Boolean).length >= 6);
        for (let scan = 0; scan < 80; scan++) await scanner.statuses();
        expect(scanner.mostFailuresInARow).toBeLessThan(failuresThatDemote);
        const before = scanner.wire.silences;
        for (let scan = 0; scan < 40; scan++) {
          const statuses = await scanner.statuses();
          expect(statuses.map((code, row) => isGood(code) || !sound[row])).toEqual(tags.map(() => true));
        }
        expect((scanner.wire.silences - before) / 40).toBeLessThan(0.5);
        expect(scanner.mostFailuresInARow).toBeLessThan(failuresThatDemote);
      }),
      { numRuns: 60 * effort },
    );
  }); // prettier-ignore
});
