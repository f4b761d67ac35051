import type { Clock, Timer } from '@fieldwarden/core';
import type { ConditionEntry, ToldOfInput } from './state/condition-entry.js';
import type { StateInput, Stepped } from './state/state-input.js';
import type { StepRemarks } from './told/tell-step.js';

/** A part of the book whose conditions can be shelved. */
export interface ShelvingPart {
  readonly shelved: readonly ConditionEntry[];
  input(entry: ConditionEntry, input: StateInput, told: ToldOfInput, remarks: StepRemarks): Stepped;
}

export interface ConditionTimesDependencies {
  readonly clock: Pick<Clock, 'wallMs' | 'setTimer'>;
  readonly parts: readonly ShelvingPart[];
}

/** So often the clock on the wall is looked at, which may be set while something is shelved. */
const lookMs = 60_000;

/** Ends what was shelved for a time. */
export class ConditionTimes implements Disposable {
  readonly #deps: ConditionTimesDependencies;
  #timer: Timer | undefined;

  constructor(deps: ConditionTimesDependencies) {
    this.#deps = deps;
  }

  /** Called when something was shelved, or may be. */
  look(): void {
    const { clock, parts } = this.#deps;
    const atMs = clock.wallMs();
    for (const part of parts) for (const entry of part.shelved) part.input(entry, { type: 'time', atMs }, {}, {});
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    const ends = parts.flatMap(({ shelved }) => shelved.map(({ state }) => state.shelving!.untilMs));
    if (ends.length === 0) return;
    const nextMs = ends.reduce((next, each) => Math.min(next, each), Infinity);
    this.#timer = clock.setTimer(() => this.look(), Math.min(Math.max(nextMs - atMs, 0), lookMs));
    this.#timer.unref();
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }
}
