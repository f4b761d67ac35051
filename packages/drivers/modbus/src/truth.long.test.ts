import { delay, isGatewayError, isGood, silentLogger, systemClock, ValueColumns } from '@fieldwarden/core';
import type { DriverSession, Point } from '@fieldwarden/driver';
import { testCall, testBelongings } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import modbusDriver from './driver.js';
import { disturbances, type Framing, type Random } from './testing/disturbances.js';
import { DisturbedUnits, patternAt } from './testing/disturbed-units.js';

const isLong = process.env.FIELDWARDEN_LONG === '1';
const disturbedReplies = isLong ? 500_000 : 10_000;
const limitMs = isLong ? 3_600_000 : 300_000;
const unitIds = Array.from({ length: 120 }, (_, i) => i + 1);

/** Mulberry32: what went wrong once can be had again. */
function seeded(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Tally {
  good: number;
  wrongButGood: number;
  /** What led to the first of them. */
  firstWrong: string;
  done: number;
  wrongOutcomes: number;
}

/** Requests of one shape at many places: an answer that is taken for another's is then of the right length. */
const places: readonly (readonly [prefix: 'HR' | 'IR', start: number, count: number])[] = [
  ['HR', 0, 4], ['HR', 100, 4], ['HR', 200, 4], ['HR', 300, 4], ['IR', 0, 4], ['IR', 100, 4], ['HR', 400, 20], ['IR', 500, 1],
]; // prettier-ignore

interface Place {
  readonly points: readonly Point[];
  readonly expected: readonly number[];
}

function placesOf(unitId: number): Place[] {
  return places.map(([prefix, start, count]) => {
    const addresses = Array.from({ length: count }, (_, i) => start + i);
    const points: Point[] = addresses.map((address) => ({
      path: 'p',
      address: `${prefix}${address}`,
      type: { scalar: 'uint16' },
    }));
    const functionCode = prefix === 'HR' ? 3 : 4;
    const expected = addresses.map((address) => patternAt(unitId, functionCode, address));
    return { points, expected };
  });
}

/** One gateway driver with one unit, on a connection of its own, until enough answers were disturbed. */
class Client {
  readonly #session: DriverSession;
  readonly #places: readonly Place[];
  readonly #units: DisturbedUnits;
  readonly #unitId: number;
  readonly #random: Random;
  #writes = 0;

  constructor(unitId: number, framing: Framing, units: DisturbedUnits, random: Random) {
    this.#units = units;
    this.#unitId = unitId;
    this.#random = random;
    this.#session = modbusDriver.create({
      ...testBelongings(),
      driverId: `client-${unitId}`,
      options: modbusDriver.options.parse({
        host: '127.0.0.1',
        port: units.port,
        transport: framing,
        timeoutMs: 15,
        reconnect: { initialMs: 10, maxMs: 10 },
      }),
      devices: [{ id: 'unit', options: modbusDriver.deviceOptions.parse({ unitId }) }],
      clock: systemClock,
      logger: silentLogger,
      random,
    });
    this.#places = placesOf(unitId);
  }

  async run(tally: Tally): Promise<void> {
    while (this.#units.disturbed < disturbedReplies) {
      if (this.#random() < 0.1) await this.#write(tally);
      else await this.#read(tally);
    }
    await this.#session.close();
  }

  async #read(tally: Tally): Promise<void> {
    const { points, expected } = this.#places[Math.floor(this.#random() * places.length)];
    // a plan for each read: what a disturbed answer taught goes with it, and all is asked for again
    const plan = this.#session.prepareRead!('unit', points);
    const into = new ValueColumns(expected.length);
    try {
      await this.#session.read!(plan, into, testCall({ timeoutMs: 1000 }));
    } catch (error) {
      await passOver(error);
    } finally {
      this.#session.releaseRead!(plan);
    }
    expected.forEach((value, row) => {
      if (!isGood(into.statuses[row]) || into.sourceTimes[row] === 0) return;
      tally.good++;
      if (into.values[row] === value) return;
      tally.wrongButGood++;
      tally.firstWrong ||= `${points[row].address} of unit ${this.#unitId} at ${Math.round(performance.now())}: ${this.#units.trailOf(this.#unitId)}`;
    });
  }

  async #write(tally: Tally): Promise<void> {
    const value = this.#unitId * 0x100_0000 + this.#writes++;
    const point: Point = { path: 'w', address: 'HR900', type: { scalar: 'uint32' } };
    let outcome: string;
    try {
      [{ outcome }] = await this.#session.write!('unit', [{ point, value }], testCall({ timeoutMs: 1000 }));
    } catch (error) {
      outcome = await passOver(error);
    }
    const arrived = this.#units.written.get(value) ?? 0;
    this.#units.written.delete(value);
    if (outcome === 'done') tally.done++;
    const isTrue = outcome === 'done' ? arrived === 1 : outcome === 'unknown' ? arrived <= 1 : arrived === 0;
    if (!isTrue) tally.wrongOutcomes++;
  }
}

/** The write outcome that the error tells. A connection that is not there fails at once: others must get their turn. */
async function passOver(error: unknown): Promise<string> {
  if (!isGatewayError(error) || error.kind === 'bug') throw error;
  if (error.kind === 'unreachable') await delay(systemClock, 2);
  return error.writeOutcome;
}

describe('the truth under disturbance (§2, §9.6)', () => {
  it.each<Framing>(['tcp', 'rtu-over-tcp'])(
    `is all that comes out of ${disturbedReplies.toLocaleString('en')} disturbed answers over %s`,
    async (framing) => {
      const random = seeded(20_251);
      await using units = await DisturbedUnits.listen(framing, random);
      const tally: Tally = { good: 0, wrongButGood: 0, firstWrong: '', done: 0, wrongOutcomes: 0 };
      await Promise.all(unitIds.map((unitId) => new Client(unitId, framing, units, random).run(tally)));
      expect(tally.firstWrong).toBe('');
      expect([tally.wrongButGood, tally.wrongOutcomes]).toEqual([0, 0]);
      expect(units.disturbed).toBeGreaterThanOrEqual(disturbedReplies);
      // after an answer that does not fit, the unit is asked whether it lives before anything else
      expect(tally.good).toBeGreaterThan(disturbedReplies / 20);
      expect(tally.done).toBeGreaterThan(disturbedReplies / 1000);
      const kinds = Object.keys(disturbances[framing]);
      for (const kind of kinds)
        expect(units.counts.get(kind), kind).toBeGreaterThan(disturbedReplies / kinds.length / 2);
    },
    limitMs,
  );
});
