import { GatewayError } from '@fieldwarden/core';
import type { Service, ServiceContext, ServiceHealth, ServiceMetric } from '@fieldwarden/service';
import type { CountedBefore } from './live/condition-run.js';
import { JudgedConditions } from './live/judged-conditions.js';
import type { AlarmSettings } from './settings.js';

/** Judges the alarm conditions of the plant (SPEC §18.1). State, acknowledgement and journal are the book's. */
export class AlarmService implements Service<AlarmSettings> {
  readonly #context: ServiceContext<AlarmSettings>;
  #judged: JudgedConditions | undefined;

  constructor(context: ServiceContext<AlarmSettings>) {
    this.#context = context;
  }

  start(): Promise<undefined> {
    const { within, tags, clock, settings, fail } = this.#context;
    if (!within) {
      const message = 'alarm conditions are judged in the process of the gateway only';
      throw new GatewayError({ code: 'ALARMS_ISOLATED', kind: 'config', message });
    }
    const before = this.#before();
    const judged = new JudgedConditions({
      tags,
      clock,
      conditions: within.conditions,
      before: (id) => before.get(id),
      failed: fail,
    });
    this.#judged = judged;
    judged.apply(settings.conditions);
    return Promise.resolve(undefined);
  }

  apply({ conditions }: AlarmSettings): Promise<void> {
    this.#judged?.apply(conditions);
    return Promise.resolve();
  }

  status(): Readonly<Record<string, unknown>> {
    const runs = [...(this.#judged?.runs ?? [])];
    return {
      conditions: runs.length,
      active: runs.filter(({ counted }) => counted.active).length,
      frozen: runs.filter(({ isFrozen }) => isFrozen).length,
      suppressed: runs.filter(({ isSuppressed }) => isSuppressed).length,
    };
  }

  health(): ServiceHealth {
    return { state: 'Healthy' };
  }

  metrics(): readonly ServiceMetric[] {
    const { conditions, frozen, suppressed } = this.status();
    const gauge = (name: string, help: string, value: unknown): ServiceMetric => ({
      name,
      help,
      type: 'gauge',
      value: Number(value),
    });
    return [
      gauge('alarm_conditions', 'Alarm conditions of the plant that are judged.', conditions),
      gauge('alarm_conditions_frozen', 'Those that can not be judged now: a tag is Bad or not heard of.', frozen),
      gauge('alarm_conditions_suppressed', 'Those that are suppressed by their expression.', suppressed),
    ];
  }

  stop(): Promise<void> {
    this.#judged?.[Symbol.dispose]();
    this.#judged = undefined;
    return Promise.resolve();
  }

  /** The book has restored what was active before: deadbands go on from there. */
  #before(): ReadonlyMap<string, CountedBefore> {
    const active = new Map<string, CountedBefore>();
    const following = this.#context.alarmFeed.follow((alarm) => {
      const { conditionId, device, limitState } = alarm;
      if (device !== null || !alarm.active) return;
      active.set(conditionId, { active: true, limitState });
    });
    following[Symbol.dispose]();
    return active;
  }
}
