import type { ExpressionCheck, InternalTagRow } from '@fieldwarden/admin-contract';
import type { AutomationControl } from '../control/automation-control.js';

/** Internal tags that a test sets, and what it wants to hear of an expression. */
export class FakeAutomationControl implements AutomationControl {
  tags: readonly InternalTagRow[] = [
    { path: 'line/count', scope: 'global', value: 7, status: 'Good', persistedAt: '2030-01-01T00:00:00.000Z' },
  ];
  /** What was asked, newest last. */
  readonly asked: (readonly [expression: string, path: string | null])[] = [];

  async internalTags(): Promise<readonly InternalTagRow[]> {
    return await Promise.resolve(this.tags);
  }

  checkExpression(expression: string, path: string | null): Omit<ExpressionCheck, 'schema'> {
    this.asked.push([expression, path]);
    const finding = {
      rule: 'expression-constant',
      message: 'it is always 2',
      severity: 'warning',
      column: 1,
      length: 5,
    } as const;
    return { ok: true, dataType: 'int64', dependencies: [], value: 2, status: 'Good', findings: [finding] };
  }
}
