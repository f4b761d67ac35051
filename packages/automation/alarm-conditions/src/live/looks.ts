import { isBad, type Clock, type StatusCode, type TagValue } from '@fieldwarden/core';
import { judgeDeviation } from '../judges/deviation.js';
import type { Finding, Judged } from '../judges/finding.js';
import { judgeLimits } from '../judges/limit.js';
import { judgeRate, RateWindow } from '../judges/rate.js';
import { discreteValues, judgeBit, judgeDiscrete } from '../judges/states.js';
import type { AlarmRow, ConditionSettings, Setpoint } from '../settings.js';
import { folderOf } from '../settings.js';
import { isUsable, type BoundTag, type BoundTags, type TagUser } from './bound-tags.js';
import { isSilence, type DeviceAnswers } from './device-answers.js';
import { Guard } from './guard.js';

/** What one condition looks at. Nothing is allocated by a look. */
export interface Look {
  /** What there is now, without delays. */
  judge(before: Finding): Judged;
  /** Tags have come or gone. */
  moved?(): void;
  /** Monotonic ms when to look again though no tag changes; Infinity: never. As of the last `judge`. */
  readonly wakeAtMs: number;
  /** Of what was judged last. */
  readonly status: StatusCode;
  readonly paths: readonly string[];
}

export interface LookDependencies {
  readonly tags: BoundTags;
  readonly answers: DeviceAnswers;
  readonly clock: Clock;
}

export function makeLook(row: AlarmRow, user: TagUser, dependencies: LookDependencies): Look {
  const { condition, path } = row;
  if (condition.type === 'expression') return new ExpressionLook(condition.when, path ?? '', user, dependencies);
  const tag = dependencies.tags.use(path!, user);
  switch (condition.type) {
    case 'limit':
      return new LimitLook(tag, condition, user, dependencies);
    case 'deviation':
      return new DeviationLook(tag, condition, user, dependencies);
    case 'rate':
      return new RateLook(tag, condition, dependencies.clock);
    case 'discrete':
      return new DiscreteLook(tag, condition);
    case 'bit':
      return new BitLook(tag, condition);
    case 'badQuality':
      return new BadQualityLook(tag, dependencies);
  }
}

type Of<Type extends ConditionSettings['type']> = Extract<ConditionSettings, { type: Type }>;

/** The value of a tag, once it is known to be one that can be judged. */
abstract class TagLook implements Look {
  wakeAtMs = Infinity;
  status: StatusCode = 0;
  protected readonly tag: BoundTag;

  constructor(tag: BoundTag) {
    this.tag = tag;
  }

  get paths(): readonly string[] {
    return [this.tag.path];
  }

  judge(before: Finding): Judged {
    this.status = this.tag.status;
    if (!isUsable(this.status)) return this.unusable();
    const { value } = this.tag;
    return value === null || Number.isNaN(value) ? 'unknown' : this.judgeValue(value, before);
  }

  protected unusable(): Judged {
    return 'unknown';
  }

  protected abstract judgeValue(value: TagValue, before: Finding): Judged;
}

/** A number that stands in the plant, or in a tag. */
class SetpointInput {
  readonly #number: number;
  readonly tag: BoundTag | undefined;

  constructor(setpoint: Setpoint, user: TagUser, tags: BoundTags) {
    this.#number = typeof setpoint === 'number' ? setpoint : NaN;
    this.tag = typeof setpoint === 'number' ? undefined : tags.use(setpoint.tag, user);
  }

  /** NaN: it can't be told. */
  get number(): number {
    if (!this.tag) return this.#number;
    return isUsable(this.tag.status) ? numberOf(this.tag.value) : NaN;
  }
}

class LimitLook extends TagLook {
  readonly #limits: {
    lowLow: number | undefined;
    low: number | undefined;
    high: number | undefined;
    highHigh: number | undefined;
    readonly deadband: number;
  };
  /** Those that stand in tags. */
  readonly #inputs: readonly (readonly ['lowLow' | 'low' | 'high' | 'highHigh', SetpointInput])[];

  constructor(tag: BoundTag, condition: Of<'limit'>, user: TagUser, { tags }: LookDependencies) {
    super(tag);
    const names = ['lowLow', 'low', 'high', 'highHigh'] as const;
    this.#inputs = names.flatMap((name) => {
      const setpoint = condition[name];
      return typeof setpoint === 'object' ? [[name, new SetpointInput(setpoint, user, tags)] as const] : [];
    });
    const fixed = (setpoint: Setpoint | undefined) => (typeof setpoint === 'number' ? setpoint : undefined);
    this.#limits = {
      lowLow: fixed(condition.lowLow),
      low: fixed(condition.low),
      high: fixed(condition.high),
      highHigh: fixed(condition.highHigh),
      deadband: condition.deadband,
    };
  }

  override get paths(): readonly string[] {
    return [this.tag.path, ...this.#inputs.map(([, input]) => input.tag!.path)];
  }

  protected override judgeValue(value: TagValue, before: Finding): Judged {
    for (let i = 0; i < this.#inputs.length; i += 1) {
      const limit = this.#inputs[i][1].number;
      if (Number.isNaN(limit)) return this.#limitUnknown(this.#inputs[i][1]);
      this.#limits[this.#inputs[i][0]] = limit;
    }
    const number = numberOf(value);
    return Number.isNaN(number) ? 'unknown' : judgeLimits(number, this.#limits, before);
  }

  #limitUnknown({ tag }: SetpointInput): 'unknown' {
    this.status = tag!.status;
    return 'unknown';
  }
}

class DeviationLook extends TagLook {
  readonly #setpoint: SetpointInput;
  readonly #band: SetpointInput;
  readonly #now: { setpoint: number; band: number; readonly deadband: number };

  constructor(tag: BoundTag, condition: Of<'deviation'>, user: TagUser, { tags }: LookDependencies) {
    super(tag);
    this.#setpoint = new SetpointInput(condition.setpoint, user, tags);
    this.#band = new SetpointInput(condition.band, user, tags);
    this.#now = { setpoint: 0, band: 0, deadband: condition.deadband };
  }

  override get paths(): readonly string[] {
    return [this.tag, this.#setpoint.tag, this.#band.tag].flatMap((tag) => (tag ? [tag.path] : []));
  }

  protected override judgeValue(value: TagValue, before: Finding): Judged {
    this.#now.setpoint = this.#setpoint.number;
    this.#now.band = this.#band.number;
    const number = numberOf(value);
    if (Number.isNaN(this.#now.setpoint)) this.status = this.#setpoint.tag!.status;
    else if (Number.isNaN(this.#now.band)) this.status = this.#band.tag!.status;
    else if (!Number.isNaN(number)) return judgeDeviation(number, this.#now, before);
    return 'unknown';
  }
}

/** By the times of the source: what arrives late in a bundle was no jump. */
class RateLook extends TagLook {
  readonly #window: RateWindow;
  readonly #allowed: number;
  readonly #clock: Clock;
  #lastValue = NaN;
  #lastAtMs = -Infinity;
  /** When the last value arrived, monotonic ms: what was is carried on by the gateway's clock. */
  #arrivedMs = 0;

  constructor(tag: BoundTag, { perS, windowMs }: Of<'rate'>, clock: Clock) {
    super(tag);
    this.#window = new RateWindow(windowMs);
    this.#allowed = perS;
    this.#clock = clock;
  }

  /** After a gap nobody knows how fast it was. */
  protected override unusable(): Judged {
    this.#window.clear();
    this.#lastAtMs = -Infinity;
    this.#lastValue = NaN;
    this.wakeAtMs = Infinity;
    return 'unknown';
  }

  protected override judgeValue(value: TagValue): Judged {
    const number = numberOf(value);
    if (Number.isNaN(number)) return this.unusable();
    const nowMs = this.#clock.monotonicMs();
    const { sourceAtMs } = this.tag;
    if (number !== this.#lastValue || sourceAtMs !== this.#lastAtMs) {
      this.#window.add(number, sourceAtMs);
      this.#lastValue = number;
      this.#lastAtMs = sourceAtMs;
      this.#arrivedMs = nowMs;
    }
    const finding = judgeRate(this.#window.perS(this.#lastAtMs + nowMs - this.#arrivedMs), this.#allowed);
    this.wakeAtMs = this.#window.wakeAtMs() - this.#lastAtMs + this.#arrivedMs;
    return finding;
  }
}

class DiscreteLook extends TagLook {
  readonly #values: ReadonlySet<TagValue>;

  constructor(tag: BoundTag, { values }: Of<'discrete'>) {
    super(tag);
    this.#values = discreteValues(values);
  }

  protected override judgeValue(value: TagValue): Judged {
    return judgeDiscrete(value, this.#values);
  }
}

class BitLook extends TagLook {
  readonly #bit: number;
  readonly #on: boolean;

  constructor(tag: BoundTag, { bit, on }: Of<'bit'>) {
    super(tag);
    this.#bit = bit;
    this.#on = on;
  }

  protected override judgeValue(value: TagValue): Judged {
    return typeof value === 'number' || typeof value === 'bigint' ? judgeBit(value, this.#bit, this.#on) : 'unknown';
  }
}

class ExpressionLook implements Look {
  readonly #guard: Guard;
  readonly #clock: Clock;
  wakeAtMs = Infinity;

  constructor(when: string, path: string, user: TagUser, { tags, clock }: LookDependencies) {
    this.#guard = new Guard(when, folderOf(path), tags, user);
    this.#clock = clock;
  }

  get status(): StatusCode {
    return this.#guard.status;
  }

  get paths(): readonly string[] {
    return this.#guard.paths;
  }

  moved(): void {
    this.#guard.compile();
  }

  judge(): Judged {
    const yes = askAt(this.#guard, this.#clock, this);
    if (yes === undefined) return 'unknown';
    return yes ? 'active' : 'normal';
  }
}

/** Asks now, and says by the monotonic clock when to ask again. */
export function askAt(guard: Guard, clock: Clock, waker: { wakeAtMs: number }): boolean | undefined {
  const wallMs = clock.wallMs();
  const yes = guard.ask(wallMs);
  // At least a turn later: an expression that wants to be asked at once must not keep everybody else waiting.
  waker.wakeAtMs = guard.wakeAtMs === Infinity ? Infinity : clock.monotonicMs() + Math.max(1, guard.wakeAtMs - wallMs);
  return yes;
}

/** How often a silent device is looked at for an answer. */
const lookAgainMs = 1_000;

class BadQualityLook extends TagLook {
  readonly #answers: DeviceAnswers;
  readonly #clock: Clock;
  /** By the wall clock, since when nothing is heard about the tag. */
  #silentSinceMs: number | undefined;

  constructor(tag: BoundTag, { answers, clock }: LookDependencies) {
    super(tag);
    this.#answers = answers;
    this.#clock = clock;
  }

  override judge(before: Finding): Judged {
    this.status = this.tag.status;
    this.wakeAtMs = Infinity;
    if (isSilence(this.status)) return this.#silent();
    this.#silentSinceMs = undefined;
    if (isBad(this.status)) return 'active';
    return super.judge(before);
  }

  protected override judgeValue(): Judged {
    return 'normal';
  }

  #silent(): Judged {
    this.#silentSinceMs ??= this.#clock.wallMs();
    const { definition } = this.tag;
    if (!definition) return 'unknown';
    this.wakeAtMs = this.#clock.monotonicMs() + lookAgainMs;
    return this.#answers.hasAnsweredSince(definition, this.#silentSinceMs) ? 'active' : 'unknown';
  }
}

/** 64-bit integers lose what a float64 does not hold; a limit does not notice. */
function numberOf(value: TagValue | null): number {
  if (typeof value === 'number') return value;
  return typeof value === 'bigint' ? Number(value) : NaN;
}
