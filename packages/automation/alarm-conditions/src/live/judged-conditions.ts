import type { Clock } from '@fieldwarden/core';
import type { AlarmConditions, TagSource } from '@fieldwarden/service';
import { isDeepStrictEqual } from 'node:util';
import type { AlarmRow } from '../settings.js';
import { DueTimes } from '../timing/due-times.js';
import { BoundTags } from './bound-tags.js';
import { ConditionRun, type CountedBefore, type RunDependencies } from './condition-run.js';
import { DeviceAnswers } from './device-answers.js';

export interface JudgedConditionsDependencies {
  readonly tags: TagSource;
  readonly conditions: AlarmConditions;
  readonly clock: Clock;
  /** What counted before this process began. */
  readonly before: (id: string) => CountedBefore | undefined;
  /** A bug: what was thrown while time passed. */
  readonly failed: (error: unknown) => void;
}

/** All conditions of the plant. */
export class JudgedConditions implements Disposable {
  readonly #dependencies: JudgedConditionsDependencies;
  readonly #around: RunDependencies;
  readonly #end = new DisposableStack();
  #runs = new Map<string, ConditionRun>();

  constructor(dependencies: JudgedConditionsDependencies) {
    const { tags, clock, conditions } = dependencies;
    this.#dependencies = dependencies;
    this.#around = {
      tags: this.#end.use(new BoundTags(tags)),
      answers: this.#end.use(new DeviceAnswers(tags, clock)),
      dueTimes: this.#end.use(new DueTimes<ConditionRun>(clock, (run) => this.#lookAgain(run))),
      clock,
      conditions,
    };
  }

  get runs(): IterableIterator<ConditionRun> {
    return this.#runs.values();
  }

  /** These from now on. A row that is as before goes on as it is: its state, its delay that runs, what its functions remember. */
  apply(rows: readonly AlarmRow[]): void {
    const earlier = this.#runs;
    const runs = rows
      .filter(({ enabled }) => enabled)
      .map((row) => [row.id, this.#goesOn(earlier.get(row.id), row)] as const);
    this.#runs = new Map(runs);
    for (const [id, run] of earlier) if (this.#runs.get(id) !== run) run.end();
    this.#dependencies.conditions.define(runs.map(([, run]) => run.definition));
    for (const [id, run] of runs) if (earlier.get(id) !== run) run.look();
  }

  [Symbol.dispose](): void {
    this.#end.dispose();
    this.#runs.clear();
  }

  #lookAgain(run: ConditionRun): void {
    try {
      run.look();
    } catch (error) {
      this.#dependencies.failed(error);
    }
  }

  #goesOn(run: ConditionRun | undefined, row: AlarmRow): ConditionRun {
    if (run && isDeepStrictEqual(run.row, row)) return run;
    // What another kind of condition found says nothing about this one.
    const counted = run?.row.condition.type === row.condition.type ? run.counted : undefined;
    return new ConditionRun(row, run ? counted : this.#dependencies.before(row.id), this.#around);
  }
}
