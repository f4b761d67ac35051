import { isNumericColumn, parseDataType, type DataType } from '@fieldwarden/core';
import { checkExpression, nearPaths, type CheckedExpression, type ExpressionType } from '@fieldwarden/expressions';
import type { PlantFacts, ServiceFinding } from '@fieldwarden/service';
import { dependencyOrder } from './dependency-order.js';
import { folderOf, type CalculatedTag, type CalculatedTagsSettings } from './settings.js';

export function checkSettings({ tags }: CalculatedTagsSettings, plant: PlantFacts): readonly ServiceFinding[] {
  const checked = tags.map((tag) =>
    checkExpression(tag.expression, {
      typeOf: (path) => plant.tag(path)?.type,
      pathsLike: (path) => nearPaths(path, plant.paths()),
      folder: folderOf(tag.path),
    }),
  );
  return [...tags.flatMap((tag, i) => ofTag(tag, i, checked[i])), ...ofCycles(tags, checked)];
}

function ofTag(tag: CalculatedTag, i: number, { findings, type }: CheckedExpression): readonly ServiceFinding[] {
  const found = findings.map(({ rule, message, severity, column }): ServiceFinding => ({
    path: ['tags', i, 'expression'],
    rule,
    message: `column ${column}: ${message}`,
    severity,
  }));
  return [...found, ...ofDataType(tag, i, type), ...ofRange(tag, i)];
}

function ofDataType(
  { dataType }: CalculatedTag,
  i: number,
  type: ExpressionType | undefined,
): readonly ServiceFinding[] {
  const path = ['tags', i, 'dataType'];
  const wanted = parseDataType(dataType)!;
  const results = resultsOf(wanted);
  if (results.length === 0) {
    const message = `${dataType} is not what an expression comes to: bool, string, datetime or a number is`;
    return [{ path, rule: 'calculated-type', message, severity: 'error' }];
  }
  if (type === undefined || type === 'any' || results.includes(type)) return [];
  const message = `the expression comes to ${words[type]}, which is no ${dataType}`;
  return [{ path, rule: 'calculated-type', message, severity: 'error' }];
}

const words: Readonly<Record<ExpressionType, string>> = {
  bool: 'true or false',
  int: 'a whole number',
  float: 'a number',
  string: 'a text',
  time: 'a time',
  duration: 'a duration (in ms)',
  any: 'anything',
};

/** Results that fit a tag of this type; none for types that the language does not compute. */
function resultsOf({ scalar, arrayLength }: DataType): readonly ExpressionType[] {
  if (arrayLength !== undefined || scalar === 'bytes') return [];
  if (scalar === 'bool' || scalar === 'string') return [scalar];
  if (scalar === 'datetime') return ['time'];
  return ['int', 'float', 'duration'];
}

function ofRange({ dataType, range }: CalculatedTag, i: number): readonly ServiceFinding[] {
  if (!range) return [];
  const path = ['tags', i, 'range'];
  const type = parseDataType(dataType)!;
  if (!isNumericColumn(type) && !type.scalar.endsWith('int64')) {
    return [
      { path, rule: 'numbers-only', message: `range is for numbers; this tag is a ${dataType}`, severity: 'error' },
    ];
  }
  if (range.low < range.high) return [];
  return [
    { path, rule: 'range-order', message: `low ${range.low} is not less than high ${range.high}`, severity: 'error' },
  ];
}

/** Each circle once, with all its members, at the first of them in the document. */
function ofCycles(tags: readonly CalculatedTag[], checked: readonly CheckedExpression[]): readonly ServiceFinding[] {
  const indexes = new Map(tags.map(({ path }, i) => [path, i]));
  const { cycles } = dependencyOrder(
    checked.map(({ dependencies }) =>
      dependencies.flatMap((one) => (one.kind === 'tag' ? (indexes.get(one.path) ?? []) : [])),
    ),
  );
  return cycles.map((cycle) => {
    const names = [...cycle, cycle[0]].map((i) => tags[i].path).join(' → ');
    const message =
      cycle.length === 1
        ? `${tags[cycle[0]].path} is calculated from itself`
        : `these are calculated from each other: ${names}`;
    return { path: ['tags', cycle[0], 'expression'], rule: 'calculated-cycle', message, severity: 'error' };
  });
}
