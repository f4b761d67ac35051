import { statusCodes } from '@fieldwarden/core';
import type { AlarmConditionDefinition, AlarmConditions, LimitState } from '@fieldwarden/service';
import { limitStateOf, type Finding } from '../judges/finding.js';
import { areaOf, folderOf, onDelayOf, type AlarmRow } from '../settings.js';
import { Delayed, type Delays } from '../timing/delayed.js';
import type { DueItem, DueTimes } from '../timing/due-times.js';
import type { BoundTag, TagUser } from './bound-tags.js';
import { Guard } from './guard.js';
import { askAt, makeLook, type Look, type LookDependencies } from './looks.js';

export interface RunDependencies extends LookDependencies {
  readonly dueTimes: DueTimes<ConditionRun>;
  readonly conditions: AlarmConditions;
}

/** What counted before this run began: before a restart, or of the row that it replaces. */
export interface CountedBefore {
  readonly active: boolean;
  readonly limitState: LimitState | null;
}

/** One condition of the plant, judged as its tags change and as time passes. */
export class ConditionRun implements TagUser, DueItem {
  place = -1;
  dueMs = Infinity;
  readonly row: AlarmRow;
  readonly #around: RunDependencies;
  readonly #delays: Delays;
  readonly #look: Look;
  readonly #suppressing: Guard | undefined;
  readonly #suppressWaker = { wakeAtMs: Infinity };
  readonly #tag: BoundTag | undefined;
  readonly #delayed: Delayed;
  /** Without delays: what deadbands go by. */
  #found: Finding;
  #isSuppressed = false;
  #isTold = false;

  constructor(row: AlarmRow, before: CountedBefore | undefined, around: RunDependencies) {
    this.row = row;
    this.#around = around;
    this.#delays = { onDelayMs: onDelayOf(row), offDelayMs: row.offDelayMs };
    this.#look = makeLook(row, this, around);
    this.#tag = row.path === undefined ? undefined : around.tags.use(row.path, this);
    this.#suppressing =
      row.suppressWhen === undefined
        ? undefined
        : new Guard(row.suppressWhen, folderOf(row.path ?? ''), around.tags, this);
    this.#found = before?.active ? (before.limitState ?? 'active') : 'normal';
    this.#delayed = new Delayed(this.#found);
  }

  get definition(): AlarmConditionDefinition {
    const { id, path = null, priority, message, response = null, group = null } = this.row;
    return { id, path, area: areaOf(this.row), priority, class: this.row.class, message, response, group };
  }

  get counted(): CountedBefore {
    const { counted } = this.#delayed;
    return { active: counted !== 'normal', limitState: limitStateOf(counted) };
  }

  get isFrozen(): boolean {
    return this.#delayed.isFrozen;
  }

  get isSuppressed(): boolean {
    return this.#isSuppressed;
  }

  changed(): void {
    this.look();
  }

  moved(): void {
    this.#look.moved?.();
    this.#suppressing?.compile();
    this.look();
  }

  /** Judges, and tells the book what became of it. */
  look(): void {
    const judged = this.#look.judge(this.#found);
    if (judged !== 'unknown') this.#found = judged;
    const nowMs = this.#around.clock.monotonicMs();
    const isOther = this.#delayed.step(judged, this.#delays, nowMs);
    const isSuppressedOtherwise = this.#suppressing !== undefined && this.#suppress(this.#suppressing);
    if (this.#isTold ? isOther || isSuppressedOtherwise : !this.#isAwaited) this.#tell();
    const dueMs = Math.min(this.#delayed.dueMs, this.#look.wakeAtMs, this.#suppressWaker.wakeAtMs);
    if (dueMs !== Infinity || this.place >= 0) this.#around.dueTimes.set(this, dueMs);
  }

  /** It is judged no more. */
  end(): void {
    this.#around.dueTimes.set(this, Infinity);
    const paths = [...this.#look.paths, ...(this.#suppressing?.paths ?? []), ...(this.#tag ? [this.#tag.path] : [])];
    for (const path of paths) this.#around.tags.leave(path, this);
  }

  /** The device was not asked yet since the start: until then the book says that nobody has said so since. */
  get #isAwaited(): boolean {
    const { status } = this.#look;
    return (
      this.#delayed.isFrozen &&
      (status === statusCodes.BadWaitingForInitialData || status === statusCodes.UncertainLastUsableValue)
    );
  }

  /** What can't be told stays as it was: a lost device must not let out all that is suppressed by it. */
  #suppress(guard: Guard): boolean {
    const isSuppressed = askAt(guard, this.#around.clock, this.#suppressWaker) ?? this.#isSuppressed;
    if (isSuppressed === this.#isSuppressed) return false;
    this.#isSuppressed = isSuppressed;
    return true;
  }

  #tell(): void {
    this.#isTold = true;
    this.#around.conditions.judge(this.row.id, {
      ...this.counted,
      value: this.#tag?.value ?? null,
      quality: this.#look.status,
      atMs: this.#around.clock.wallMs(),
      suppressed: this.#isSuppressed,
      frozen: this.#delayed.isFrozen,
    });
  }
}
