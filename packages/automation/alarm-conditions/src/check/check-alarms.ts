import { gatewayConditions } from '@fieldwarden/alarms';
import type { PlantFacts, ServiceFinding } from '@fieldwarden/service';
import { onDelayOf, type AlarmRow, type AlarmSettings } from '../settings.js';
import { checkCondition } from './check-condition.js';
import { checkGuard } from './check-guard.js';
import { found } from './found.js';

/** Rules beyond the schema (SPEC §18.1): ids, tags, types, order of limits, expressions, delays. Pure. */
export function checkAlarms({ conditions }: AlarmSettings, plant: PlantFacts): readonly ServiceFinding[] {
  return [...checkIds(conditions), ...conditions.flatMap((row, i) => checkRow(row, ['conditions', i], plant))];
}

function checkRow(row: AlarmRow, path: readonly (string | number)[], plant: PlantFacts): readonly ServiceFinding[] {
  const { condition, suppressWhen, enabled } = row;
  const hasPath = row.path !== undefined;
  // A row that is off may be about what is still to come.
  if (!enabled) return [];
  return [
    ...checkPath(row, path, plant),
    ...(hasPath || condition.type === 'expression' ? checkCondition(row, path, plant) : []),
    ...(suppressWhen === undefined ? [] : checkGuard(suppressWhen, row.path, [...path, 'suppressWhen'], plant)),
    ...checkDelays(row, path),
    ...checkClass(row, path),
  ];
}

function checkPath(row: AlarmRow, path: readonly (string | number)[], plant: PlantFacts): readonly ServiceFinding[] {
  if (row.path === undefined) {
    if (row.condition.type === 'expression') return [];
    return [
      found([...path, 'path'], 'alarm-path', `a condition of type ${row.condition.type} needs the path of a tag`),
    ];
  }
  if (plant.tag(row.path)) return [];
  return [found([...path, 'path'], 'alarm-tag-unknown', `there is no tag ${row.path}`)];
}

/** Ids name topics, files and rows elsewhere, where case may not count. */
function checkIds(rows: readonly AlarmRow[]): readonly ServiceFinding[] {
  const seen = new Map<string, string>();
  return rows.flatMap(({ id }, i) => {
    const path = ['conditions', i, 'id'];
    const key = id.toLowerCase();
    const first = seen.get(key);
    if (first !== undefined) {
      const how = first === id ? 'is the id of two alarms' : `differs from ${JSON.stringify(first)} in case only`;
      return [found(path, 'alarm-id-unique', `${JSON.stringify(id)} ${how}`)];
    }
    seen.set(key, id);
    if (!Object.hasOwn(gatewayConditions, key)) return [];
    return [found(path, 'alarm-id-taken', `${JSON.stringify(id)} is the name of an alarm of the gateway itself`)];
  });
}

function checkDelays(row: AlarmRow, path: readonly (string | number)[]): readonly ServiceFinding[] {
  const { condition } = row;
  if (condition.type !== 'rate' || onDelayOf(row) <= condition.windowMs) return [];
  const message = `onDelayMs ${onDelayOf(row)} is longer than the window of ${condition.windowMs} ms: a jump is over before it counts`;
  return [found([...path, 'onDelayMs'], 'alarm-delay', message, 'warning')];
}

function checkClass(
  { class: { ack, noteRequired } }: AlarmRow,
  path: readonly (string | number)[],
): readonly ServiceFinding[] {
  if (ack !== 'none' || !noteRequired) return [];
  const message = 'nobody acknowledges an alarm with ack: none, so no note is asked for';
  return [found([...path, 'class', 'noteRequired'], 'alarm-note', message, 'warning')];
}
