import { formatDataType, integerRanges, type DataType } from '@fieldwarden/core';
import type { PlantFacts, ServiceFinding } from '@fieldwarden/service';
import type { AlarmRow, ConditionSettings, Setpoint } from '../settings.js';
import { checkGuard } from './check-guard.js';
import { found } from './found.js';

type Path = readonly (string | number)[];
type Of<Type extends ConditionSettings['type']> = Extract<ConditionSettings, { type: Type }>;

/** What one condition asks of its tags. */
export function checkCondition(row: AlarmRow, rowPath: Path, plant: PlantFacts): readonly ServiceFinding[] {
  const { condition } = row;
  const path = [...rowPath, 'condition'];
  if (condition.type === 'expression') return checkGuard(condition.when, row.path, [...path, 'when'], plant);
  const type = plant.tag(row.path!)?.type;
  const ofTag = type ? checkType(condition, type, row.path!, path) : [];
  switch (condition.type) {
    case 'limit':
      return [...ofTag, ...checkLimits(condition, path, plant)];
    case 'deviation':
      return [...ofTag, ...checkBand(condition, path, plant)];
    case 'discrete':
      return type && ofTag.length === 0 ? checkValues(condition, type, row.path!, path) : ofTag;
    case 'bit':
      return type && ofTag.length === 0 ? checkBit(condition, type, path) : ofTag;
    default:
      return ofTag;
  }
}

const integers: ReadonlySet<string> = new Set([...Object.keys(integerRanges), 'int64', 'uint64']);
const isInteger = ({ scalar, arrayLength }: DataType): boolean => arrayLength === undefined && integers.has(scalar);
const isNumeric = (type: DataType): boolean =>
  isInteger(type) || (type.arrayLength === undefined && (type.scalar === 'float32' || type.scalar === 'float64'));

function checkType(
  { type: kind }: ConditionSettings,
  type: DataType,
  tag: string,
  path: Path,
): readonly ServiceFinding[] {
  const needs = (what: string): readonly ServiceFinding[] => [
    found([...path, 'type'], 'alarm-type', `${kind} needs ${what}, and ${tag} is ${formatDataType(type)}`),
  ];
  if (kind === 'limit' || kind === 'deviation' || kind === 'rate') return isNumeric(type) ? [] : needs('a number');
  if (kind === 'bit') return isInteger(type) ? [] : needs('an integer');
  if (kind === 'discrete') {
    const fits = type.arrayLength === undefined && type.scalar !== 'bytes' && type.scalar !== 'datetime';
    return fits ? [] : needs('a number, a text or a bool');
  }
  return [];
}

const order = ['lowLow', 'low', 'high', 'highHigh'] as const;

function checkLimits(condition: Of<'limit'>, path: Path, plant: PlantFacts): readonly ServiceFinding[] {
  const given = order.filter((name) => condition[name] !== undefined);
  if (given.length === 0) return [found(path, 'alarm-limits', `a limit needs one of ${order.join(', ')}`)];
  return [
    ...given.flatMap((name) => checkSetpoint(condition[name]!, [...path, name], plant)),
    ...given.slice(1).flatMap((name, i) => checkOrder(condition, given[i], name, path)),
  ];
}

/** Of numbers; those in tags are known when it runs, where the outer limit goes first whatever they are. */
function checkOrder(
  condition: Of<'limit'>,
  lower: (typeof order)[number],
  higher: (typeof order)[number],
  path: Path,
): readonly ServiceFinding[] {
  const [below, above] = [condition[lower], condition[higher]];
  if (typeof below !== 'number' || typeof above !== 'number') return [];
  if (below >= above) {
    const message = `${higher} ${above} has to be greater than ${lower} ${below}`;
    return [found([...path, higher], 'alarm-limit-order', message)];
  }
  if (lower === 'low' && higher === 'high' && above - below <= 2 * condition.deadband) {
    const message = `a deadband of ${condition.deadband} leaves nothing between ${lower} ${below} and ${higher} ${above}`;
    return [found([...path, 'deadband'], 'alarm-deadband', message, 'warning')];
  }
  return [];
}

function checkBand(condition: Of<'deviation'>, path: Path, plant: PlantFacts): readonly ServiceFinding[] {
  const { setpoint, band, deadband } = condition;
  const findings = [
    ...checkSetpoint(setpoint, [...path, 'setpoint'], plant),
    ...checkSetpoint(band, [...path, 'band'], plant),
  ];
  if (typeof band === 'number' && band < 0) {
    findings.push(found([...path, 'band'], 'alarm-band', `band ${band} is less than 0`));
  } else if (typeof band === 'number' && deadband > band) {
    const message = `a deadband of ${deadband} is wider than the band of ${band}: it ends only at the setpoint`;
    findings.push(found([...path, 'deadband'], 'alarm-deadband', message, 'warning'));
  }
  return findings;
}

function checkSetpoint(setpoint: Setpoint, path: Path, plant: PlantFacts): readonly ServiceFinding[] {
  if (typeof setpoint === 'number') return [];
  const where = [...path, 'tag'];
  const tag = plant.tag(setpoint.tag);
  if (!tag) return [found(where, 'alarm-tag-unknown', `there is no tag ${setpoint.tag}`)];
  if (isNumeric(tag.type)) return [];
  const message = `${path.at(-1)} needs a number, and ${setpoint.tag} is ${formatDataType(tag.type)}`;
  return [found(where, 'alarm-type', message)];
}

function checkValues({ values }: Of<'discrete'>, type: DataType, tag: string, path: Path): readonly ServiceFinding[] {
  return values.flatMap((value, i) => {
    if (canBe(value, type)) return [];
    const message = `${tag} is ${formatDataType(type)} and never ${JSON.stringify(value)}`;
    return [found([...path, 'values', i], 'alarm-type', message)];
  });
}

function canBe(value: number | string | boolean, type: DataType): boolean {
  if (type.scalar === 'string') return typeof value === 'string';
  if (type.scalar === 'bool') return typeof value === 'boolean' || value === 0 || value === 1;
  if (typeof value === 'string')
    return (type.scalar === 'int64' || type.scalar === 'uint64') && /^-?\d{1,20}$/.test(value);
  if (typeof value === 'boolean') return false;
  if (!isInteger(type)) return true;
  const range = integerRanges[type.scalar];
  return Number.isInteger(value) && (range === undefined || (value >= range[0] && value <= range[1]));
}

function checkBit({ bit }: Of<'bit'>, type: DataType, path: Path): readonly ServiceFinding[] {
  const bits = Number(/\d+$/.exec(type.scalar)?.[0]);
  if (bit < bits) return [];
  return [found([...path, 'bit'], 'alarm-type', `${type.scalar} has the bits 0 to ${bits - 1}`)];
}
