import { statusCodes } from '@fieldwarden/core';
import { FakeClock, memoryTag, MemoryTags, RecordedConditions } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { alarmSettings, type AlarmRow } from '../settings.js';
import type { CountedBefore } from './condition-run.js';
import { JudgedConditions } from './judged-conditions.js';

const temperature = 'line/filler/temperature';
const { Good, BadSensorFailure, BadTimeout, BadNoCommunication, UncertainLastUsableValue, UncertainSensorNotAccurate } =
  statusCodes;

function rows(...given: readonly object[]): readonly AlarmRow[] {
  const conditions = given.map((row, i) => ({ id: `a${i}`, path: temperature, message: 'Hot', ...row }));
  return alarmSettings.parse({ conditions }).conditions;
}

const hot = { id: 'hot', condition: { type: 'limit', high: 80, highHigh: 90, deadband: 1 } };

class Plant implements Disposable {
  readonly clock = new FakeClock();
  readonly tags = new MemoryTags(this.clock);
  readonly book = new RecordedConditions();
  readonly judged: JudgedConditions;

  constructor(before: Readonly<Record<string, CountedBefore>> = {}, ...paths: readonly string[]) {
    this.define(temperature, ...paths);
    this.judged = new JudgedConditions({
      tags: this.tags,
      clock: this.clock,
      conditions: this.book,
      before: (id) => before[id],
      failed: (error) => {
        throw error;
      },
    });
  }

  define(...paths: readonly string[]): void {
    this.tags.define(...paths.map((path) => memoryTag(path)));
  }

  heat(...values: readonly number[]): void {
    for (const value of values) this.tags.set(temperature, value);
  }

  /** What the book was told since it was asked last: `hot active high`. */
  news(): readonly string[] {
    return this.book.verdicts.splice(0).map(({ id, verdict }) => {
      const { active, limitState, frozen, suppressed } = verdict;
      const words = [active ? 'active' : 'normal', limitState, frozen && 'frozen', suppressed && 'suppressed'];
      return [id, ...words.filter((word) => word)].join(' ');
    });
  }

  [Symbol.dispose](): void {
    this.judged[Symbol.dispose]();
    expect(this.tags.thrown).toEqual([]);
    expect(this.tags.listeners).toBe(0);
    expect(this.clock.pendingTimers).toBe(0);
  }
}

describe('a condition', () => {
  it('is told when it becomes active, reaches another limit and is over, with value, quality and time', () => {
    using plant = new Plant();
    plant.judged.apply(rows(hot));
    plant.heat(20, 85, 86, 95, 85, 20);
    expect(plant.news()).toEqual([
      'hot normal',
      'hot active high',
      'hot active highHigh',
      'hot active high',
      'hot normal',
    ]);
    plant.heat(85);
    expect(plant.book.verdictOf('hot')).toEqual({
      active: true,
      limitState: 'high',
      value: 85,
      quality: Good,
      atMs: plant.clock.wallMs(),
      suppressed: false,
      frozen: false,
    });
  });

  it('becomes active once under a thousand turns of noise at the limit', () => {
    using plant = new Plant();
    plant.judged.apply(rows(hot));
    for (let turn = 0; turn < 1_000; turn += 1) plant.heat(80.9, 79.1);
    expect(plant.news().filter((each) => each.includes('active'))).toEqual(['hot active high']);
  });

  it('has its definition in the book, with the folder of its path as area', () => {
    using plant = new Plant();
    plant.judged.apply(
      rows({ ...hot, priority: 'high', response: 'Cool it', group: 'stop' }, { ...hot, id: 'b', area: 'x' }),
    );
    expect(plant.book.defined.get('hot')).toEqual({
      id: 'hot',
      path: temperature,
      area: 'line/filler',
      priority: 'high',
      class: { ack: 'single', noteRequired: false, latching: false, audible: true },
      message: 'Hot',
      response: 'Cool it',
      group: 'stop',
    });
    expect(plant.book.defined.get('b')?.area).toBe('x');
  });

  it('counts after its delays, by the clock', async () => {
    using plant = new Plant();
    plant.judged.apply(rows({ ...hot, onDelayMs: 5_000, offDelayMs: 2_000 }));
    plant.heat(20, 85);
    plant.news();
    await plant.clock.advance(4_999);
    plant.heat(20, 85);
    await plant.clock.advance(4_999);
    expect(plant.news()).toEqual([]);
    await plant.clock.advance(1);
    expect(plant.news()).toEqual(['hot active high']);
    plant.heat(20);
    await plant.clock.advance(1_999);
    expect(plant.news()).toEqual([]);
    await plant.clock.advance(1);
    expect(plant.news()).toEqual(['hot normal']);
  });

  it('takes limits out of tags, and is frozen while such a tag is Bad', () => {
    using plant = new Plant({}, 'line/limit');
    plant.judged.apply(rows({ ...hot, condition: { type: 'limit', high: { tag: 'line/limit' } } }));
    plant.heat(50);
    plant.tags.set('line/limit', 60);
    plant.news();
    plant.tags.set('line/limit', 40);
    plant.tags.fail(BadSensorFailure, 'line/limit');
    plant.tags.set('line/limit', 60);
    expect(plant.news()).toEqual(['hot active high', 'hot active high frozen', 'hot normal']);
  });

  it('judges a rate by the times of the source, and that it is over by the clock', async () => {
    using plant = new Plant();
    plant.judged.apply(rows({ condition: { type: 'rate', perS: 2, windowMs: 1_000 } }));
    plant.heat(0);
    plant.news();
    await plant.clock.advance(500);
    plant.heat(2);
    await plant.clock.advance(999);
    expect(plant.news()).toEqual(['a0 active high']);
    await plant.clock.advance(1);
    expect(plant.news()).toEqual(['a0 normal']);
  });

  it('judges expressions over several tags, also such that wait', async () => {
    using plant = new Plant({}, 'line/filler/speed');
    plant.judged.apply(
      rows(
        {
          path: undefined,
          condition: { type: 'expression', when: `{${temperature}} > 80 && {line/filler/speed} > 5` },
        },
        { condition: { type: 'expression', when: 'stableFor({./speed} > 5, 3s)' } },
      ),
    );
    plant.heat(85);
    plant.tags.set('line/filler/speed', 1);
    plant.news();
    plant.tags.set('line/filler/speed', 6);
    expect(plant.news()).toEqual(['a0 active']);
    await plant.clock.advance(3_000);
    expect(plant.news()).toEqual(['a1 active']);
  });
});

describe('bad quality', () => {
  it('freezes a process alarm, neither new nor over, and says so', () => {
    using plant = new Plant();
    plant.judged.apply(rows(hot));
    plant.heat(85);
    plant.news();
    plant.tags.fail(BadSensorFailure, temperature);
    expect(plant.news()).toEqual(['hot active high frozen']);
    expect(plant.book.verdictOf('hot')).toBeUndefined();
    plant.heat(20);
    expect(plant.news()).toEqual(['hot normal']);
  });

  it('is also the last value of a device that does not answer any more, but not a sensor that is not accurate', () => {
    using plant = new Plant();
    plant.judged.apply(rows(hot));
    plant.heat(85);
    plant.news();
    plant.tags.set(temperature, 20, UncertainLastUsableValue);
    expect(plant.news()).toEqual(['hot active high frozen']);
    plant.tags.set(temperature, 95, UncertainSensorNotAccurate);
    expect(plant.news()).toEqual(['hot active highHigh']);
  });

  it('lets a delay stand still', async () => {
    using plant = new Plant();
    plant.judged.apply(rows({ ...hot, onDelayMs: 5_000 }));
    plant.heat(85);
    await plant.clock.advance(3_000);
    plant.tags.fail(BadTimeout, temperature);
    await plant.clock.advance(60_000);
    plant.heat(85);
    plant.news();
    await plant.clock.advance(2_000);
    expect(plant.news()).toEqual(['hot active high']);
  });

  it('has a condition of its own, after ten seconds', async () => {
    using plant = new Plant();
    plant.judged.apply(rows({ id: 'sensor', condition: { type: 'badQuality' } }));
    plant.heat(20);
    plant.news();
    plant.tags.fail(BadSensorFailure, temperature);
    await plant.clock.advance(9_999);
    expect(plant.news()).toEqual([]);
    await plant.clock.advance(1);
    expect(plant.news()).toEqual(['sensor active']);
    plant.heat(20);
    expect(plant.news()).toEqual(['sensor normal']);
  });

  it('of a thousand tags of a lost device raises none of theirs', async () => {
    const others = Array.from({ length: 999 }, (_, i) => `line/filler/t${i}`);
    using plant = new Plant({}, ...others);
    const all = [temperature, ...others];
    plant.judged.apply(rows(...all.map((path, i) => ({ id: `q${i}`, path, condition: { type: 'badQuality' } }))));
    plant.tags.apply(...all.map((path) => ({ path, value: 1 })));
    await plant.clock.advance(1_000);
    plant.news();
    plant.tags.fail(BadTimeout, ...all);
    await plant.clock.advance(30_000);
    plant.tags.fail(BadNoCommunication, ...all);
    await plant.clock.advance(600_000);
    expect(plant.news().filter((each) => each.includes('active'))).toEqual([]);
  });

  it('of one tag for lack of an answer counts once its device has answered something else', async () => {
    using plant = new Plant({}, 'line/filler/speed');
    plant.judged.apply(rows({ id: 'sensor', condition: { type: 'badQuality' }, onDelayMs: 0 }));
    plant.tags.apply({ path: temperature, value: 1 }, { path: 'line/filler/speed', value: 1 });
    await plant.clock.advance(1_000);
    plant.tags.fail(BadTimeout, temperature);
    await plant.clock.advance(5_000);
    expect(plant.news()).toEqual(['sensor normal', 'sensor normal frozen']);
    plant.tags.set('line/filler/speed', 2);
    await plant.clock.advance(1_000);
    expect(plant.news()).toEqual(['sensor active']);
  });
});

describe('suppression', () => {
  const suppressed = { ...hot, suppressWhen: 'not ({./running} > 0)' };
  const running = 'line/filler/running';

  it('follows its expression while the condition goes on being judged', () => {
    using plant = new Plant({}, running);
    plant.judged.apply(rows(suppressed));
    plant.tags.set(running, 0);
    plant.heat(20, 85);
    plant.news();
    plant.tags.set(running, 1);
    plant.tags.set(running, 0);
    plant.heat(20);
    expect(plant.news()).toEqual(['hot active high', 'hot active high suppressed', 'hot normal suppressed']);
  });

  it('stays as it was while its tags are Bad: a lost device lets out no flood', () => {
    using plant = new Plant({}, running);
    plant.judged.apply(rows(suppressed));
    plant.tags.set(running, 0);
    plant.heat(85);
    plant.news();
    plant.tags.fail(BadNoCommunication, running, temperature);
    expect(plant.news()).toEqual(['hot active high frozen suppressed']);
  });
});

describe('another publish', () => {
  it('leaves a row alone that is as before, with the delay that runs', async () => {
    using plant = new Plant();
    plant.judged.apply(rows({ ...hot, onDelayMs: 5_000 }));
    plant.heat(20, 85);
    plant.news();
    await plant.clock.advance(3_000);
    plant.judged.apply(rows({ ...hot, onDelayMs: 5_000 }, { id: 'new', condition: { type: 'limit', high: 100 } }));
    expect(plant.news()).toEqual(['new normal']);
    await plant.clock.advance(2_000);
    expect(plant.news()).toEqual(['hot active high']);
  });

  it('keeps what counted of a row that has other limits, and judges it anew', () => {
    using plant = new Plant();
    plant.judged.apply(rows(hot));
    plant.heat(79.5, 85, 79.5);
    plant.news();
    plant.judged.apply(rows({ ...hot, message: 'Very hot' }));
    expect(plant.news()).toEqual(['hot active high']);
    plant.judged.apply(rows({ ...hot, condition: { type: 'limit', high: 90 } }));
    expect(plant.news()).toEqual(['hot normal']);
  });

  it('ends what is gone or off: its tags are followed no more', async () => {
    using plant = new Plant();
    plant.judged.apply(rows({ ...hot, onDelayMs: 5_000 }));
    plant.heat(85);
    plant.judged.apply(rows({ ...hot, enabled: false }));
    expect([...plant.book.defined.keys()]).toEqual([]);
    plant.news();
    plant.heat(20, 85);
    await plant.clock.advance(10_000);
    expect(plant.news()).toEqual([]);
  });
});

describe('after a restart', () => {
  it('nothing is said before the device was asked; its last value does not count', () => {
    using plant = new Plant({ hot: { active: true, limitState: 'high' } });
    plant.judged.apply(rows(hot));
    plant.tags.set(temperature, 20, UncertainLastUsableValue);
    expect(plant.news()).toEqual([]);
    plant.tags.fail(BadNoCommunication, temperature);
    expect(plant.news()).toEqual(['hot active high frozen']);
    plant.heat(85);
    expect(plant.news()).toEqual(['hot active high']);
  });

  it('what was active goes on within its deadband', () => {
    using plant = new Plant({ hot: { active: true, limitState: 'high' } });
    plant.heat(79.5);
    plant.judged.apply(rows(hot));
    expect(plant.news()).toEqual(['hot active high']);
  });

  it('tags may come later, go, and come again with another type', () => {
    using plant = new Plant();
    plant.judged.apply(rows({ path: 'line/late', condition: { type: 'expression', when: '{line/late} > 5' } }));
    expect(plant.news()).toEqual(['a0 normal frozen']);
    plant.define('line/late');
    plant.tags.set('line/late', 6);
    expect(plant.news()).toEqual(['a0 active']);
    plant.tags.remove('line/late');
    expect(plant.news()).toEqual(['a0 active frozen']);
    plant.tags.define(memoryTag('line/late', { type: { scalar: 'int16' } }));
    plant.tags.set('line/late', 2);
    expect(plant.news()).toEqual(['a0 normal']);
  });
});
