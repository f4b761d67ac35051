import type { ExpressionCheck } from '@fieldwarden/admin-contract';
import { statusName, toJsonValue } from '@fieldwarden/core';
import {
  checkExpression,
  compileExpression,
  ExpressionInputs,
  nearPaths,
  valueForTag,
  type ExpressionScope,
} from '@fieldwarden/expressions';
import type { TagSource } from '@fieldwarden/service';

/** What is to be said about an expression over the tags that there are, and what it comes to at `nowMs` (ms since 1970 UTC). */
export function checkExpressionNow(
  expression: string,
  path: string | null,
  tags: TagSource,
  nowMs: number,
): Omit<ExpressionCheck, 'schema'> {
  const scope: ExpressionScope = {
    typeOf: (tag) => tags.definition(tags.handleOf(tag) ?? 0)?.type,
    pathsLike: (tag) => nearPaths(tag, pathsOf(tags)),
    ...(path !== null && { folder: path.slice(0, Math.max(0, path.lastIndexOf('/'))) }),
  };
  const { ok, dataType = null, dependencies, findings } = checkExpression(expression, scope);
  const paths = dependencies.flatMap((one) => (one.kind === 'tag' ? [one.path] : []));
  const present = ok ? evaluated(expression, scope, tags, nowMs) : undefined;
  const value = present && dataType !== null ? (valueForTag(present.value, dataType) ?? null) : null;
  return {
    ok,
    dataType,
    dependencies: paths,
    value: dataType === null ? null : toJsonValue(value, dataType),
    status: present ? statusName(present.status) : null,
    findings,
  };
}

function evaluated(
  text: string,
  scope: ExpressionScope,
  tags: TagSource,
  nowMs: number,
): { readonly value: unknown; readonly status: number } | undefined {
  const expression = compileExpression(text, scope);
  if (!expression) return undefined;
  const inputs = new ExpressionInputs(expression.dependencies.length);
  for (const [i, dependency] of expression.dependencies.entries()) {
    const handle = dependency.kind === 'tag' ? tags.handleOf(dependency.path) : undefined;
    if (handle !== undefined) inputs.set(i, tags.value(handle), tags.status(handle), tags.sourceAtMs(handle));
  }
  const { value, status } = expression.evaluate(inputs, nowMs);
  return { value, status };
}

function* pathsOf(tags: TagSource): Iterable<string> {
  for (const [path] of tags.entries()) yield path;
}
