import { sampleAlarm } from '@fieldwarden/testkit';
import type { Alarm } from '@fieldwarden/gateway-contract';
import { describe, expect, it } from 'vitest';
import { settingsOf } from '../testing/settings-of.js';
import { Escalation, type Episode } from './escalation.js';

const hot = sampleAlarm({ conditionId: 'hot', priority: 'high', severity: 700, area: 'line/filler' });

class Desk {
  readonly kept = new Map<string, Episode>();
  nowMs = 1_000_000;
  escalation: Escalation;
  readonly #steps: readonly object[];

  constructor(...steps: readonly object[]) {
    this.#steps = steps;
    this.escalation = this.restart();
  }

  restart(): Escalation {
    this.escalation = new Escalation(stepsOf(...this.#steps), structuredClone([...this.kept]), this.nowMs, {
      put: (key, episode) => void this.kept.set(key, structuredClone(episode)),
      remove: (key) => void this.kept.delete(key),
    });
    return this.escalation;
  }

  see(alarm: Partial<Alarm> = {}): string | undefined {
    return this.escalation.see({ ...hot, ...alarm }, this.nowMs);
  }

  /** Channels that are told after this time, at once. */
  after(ms: number): readonly string[] {
    this.nowMs += ms;
    return this.escalation.due(this.nowMs).map(({ step }) => step.channel);
  }
}

const stepsOf = (...steps: readonly object[]) => settingsOf({ steps }).steps;

describe('the steps of an alarm', () => {
  it('are due one after the other while it is open, each once', () => {
    const desk = new Desk({ channel: 'shift' }, { channel: 'chief', afterMs: 60_000 });
    desk.see();
    expect(desk.escalation.nextDueMs()).toBe(desk.nowMs);
    expect(desk.after(0)).toEqual(['shift']);
    expect(desk.after(59_999)).toEqual([]);
    expect(desk.after(1)).toEqual(['chief']);
    expect(desk.after(1_000_000)).toEqual([]);
    expect(desk.escalation.nextDueMs()).toBe(Infinity);
  });

  it('are repeated where they say so', () => {
    const desk = new Desk({ channel: 'shift', repeatMs: 60_000 });
    desk.see();
    expect([desk.after(0), desk.after(59_999), desk.after(1)]).toEqual([['shift'], [], ['shift']]);
  });

  it.each([
    ['acknowledged', { acknowledged: true }],
    ['over', { active: false }],
  ])('end when it is %s', (_, change) => {
    const desk = new Desk({ channel: 'shift', afterMs: 10 });
    desk.see();
    expect(desk.see(change)).toBeDefined();
    expect(desk.after(100)).toEqual([]);
    expect(desk.kept.size).toBe(0);
  });

  it('begin anew when it becomes active again', () => {
    const desk = new Desk({ channel: 'shift' });
    desk.see();
    desk.after(0);
    desk.see({ active: false });
    desk.see();
    expect(desk.after(0)).toEqual(['shift']);
  });

  it('are for their priorities and areas', () => {
    const desk = new Desk(
      { channel: 'critical', priority: ['critical'] },
      { channel: 'line', areas: ['line'] },
      { channel: 'exact', areas: ['line/filler'] },
      { channel: 'other', areas: ['line/fill'] },
    );
    desk.see();
    expect(desk.after(0)).toEqual(['line', 'exact']);
  });

  it('wait while it is shelved, suppressed or out of service, and are not told anew afterwards', () => {
    for (const hidden of [{ shelved: true }, { suppressed: true }, { outOfService: true }]) {
      const desk = new Desk({ channel: 'shift' }, { channel: 'chief', afterMs: 60_000 });
      desk.see();
      expect(desk.after(0)).toEqual(['shift']);
      desk.see(hidden);
      expect(desk.after(100_000)).toEqual([]);
      desk.see();
      expect(desk.after(0)).toEqual(['chief']);
    }
  });

  it('are told of an alarm that nobody has to acknowledge', () => {
    const desk = new Desk({ channel: 'shift' });
    desk.see({ ack: 'none', acknowledged: true });
    expect(desk.after(0)).toEqual(['shift']);
  });
});

describe('over a restart', () => {
  it('what was told is told no second time, and what is still to come comes', () => {
    const desk = new Desk({ channel: 'shift' }, { channel: 'chief', afterMs: 60_000 });
    desk.see();
    desk.after(0);
    desk.restart();
    desk.see();
    expect([desk.after(59_999), desk.after(1)]).toEqual([[], ['chief']]);
  });

  it('an alarm waits until whoever can tell says again that it is so, or has had the time', () => {
    for (const isSaid of [true, false]) {
      const desk = new Desk({ channel: 'shift', afterMs: 10 });
      desk.see();
      desk.restart();
      desk.see({ current: false });
      expect(desk.after(89_999)).toEqual([]);
      if (isSaid) desk.see();
      else expect(desk.escalation.nextDueMs()).toBe(desk.nowMs + 1);
      expect(desk.after(isSaid ? 0 : 1)).toEqual(['shift']);
    }
  });

  it('what the book does not show any more is over', () => {
    const desk = new Desk({ channel: 'shift', afterMs: 10 });
    desk.see();
    desk.restart();
    expect(desk.escalation.endUnseen()).toHaveLength(1);
    expect(desk.kept.size).toBe(0);
  });
});

describe('other steps', () => {
  it('leave those alone that are as before, and tell nothing of what is long past', () => {
    const desk = new Desk({ channel: 'shift' }, { channel: 'chief', afterMs: 60_000 });
    desk.see();
    desk.after(30_000);
    const more = stepsOf(
      { channel: 'shift' },
      { channel: 'chief', afterMs: 60_000 },
      { channel: 'new' },
      { channel: 'late', afterMs: 60_000 },
    );
    desk.escalation.apply(more, desk.nowMs);
    expect(desk.after(0)).toEqual([]);
    expect(desk.after(30_000)).toEqual(['chief', 'late']);
  });
});
