import type { ExpressionCheck, InternalTagRow } from '@fieldwarden/admin-contract';
import type { Origin } from '@fieldwarden/gateway-contract';

/** Internal tags and expressions (SPEC §17). */
export interface AutomationControl {
  /** In the order of the plant document. Rejects with kind `unreachable` while their service does not run. */
  internalTags(origin: Origin): Promise<readonly InternalTagRow[]>;
  /** `path`: of the tag that it is to calculate; null: relative paths lead nowhere. */
  checkExpression(expression: string, path: string | null): Omit<ExpressionCheck, 'schema'>;
}
