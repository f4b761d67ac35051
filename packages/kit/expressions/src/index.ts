export type { Dependency } from './check/checker.js';
export {
  checkExpression,
  compileExpression,
  Expression,
  type CheckedExpression,
  type ExpressionResult,
} from './expression.js';
export type { ExpressionFinding, ExpressionRule } from './expression-finding.js';
export type { ExpressionScope } from './expression-scope.js';
export { expressionTypeOf, scalarOf, type ExpressionType } from './expression-type.js';
export { expressionReference } from './functions/expression-reference.js';
export { ExpressionInputs } from './inputs.js';
export { nearPaths } from './near-paths.js';
export { expressionLimits } from './limits.js';
export { valueForTag } from './value-for-tag.js';
