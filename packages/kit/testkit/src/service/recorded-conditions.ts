import type { AlarmConditionDefinition, AlarmConditions, ConditionVerdict } from '@fieldwarden/service';

export interface RecordedVerdict {
  readonly id: string;
  readonly verdict: ConditionVerdict;
}

/** The book of alarms as far as a service that judges conditions sees it. */
export class RecordedConditions implements AlarmConditions {
  /** Of the last `define`, by their ids. */
  readonly defined = new Map<string, AlarmConditionDefinition>();
  /** Oldest first. */
  readonly verdicts: RecordedVerdict[] = [];

  define(conditions: readonly AlarmConditionDefinition[]): void {
    this.defined.clear();
    for (const condition of conditions) this.defined.set(condition.id, condition);
  }

  /** Throws for what was not defined: the book knows nothing of it. */
  judge(id: string, verdict: ConditionVerdict): void {
    if (!this.defined.has(id)) throw new Error(`condition ${id} is judged and was never defined`);
    this.verdicts.push({ id, verdict });
  }

  /** The last one of this condition. */
  verdictOf(id: string): ConditionVerdict | undefined {
    return this.verdicts.findLast((each) => each.id === id)?.verdict;
  }
}
