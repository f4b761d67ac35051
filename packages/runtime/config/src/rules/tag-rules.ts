import { integerRanges, messageOf, parseDataType, type DataType } from '@fieldwarden/core';
import { NotAvailable, type WrittenValue } from '@fieldwarden/gateway-contract';
import { Findings, type FieldPath, type FoundElsewhere } from './findings.js';
import { rangeOf, resolveScaling } from '../resolve/resolve-tag.js';
import type { SoundPart } from '../document/schema-walk.js';
import type { TagDocument } from '../document/tag-schema.js';

type TagDraft = SoundPart<TagDocument>;
type Rule = (tag: TagDraft, findings: Findings, path: FieldPath) => void;

/** What a tag says about itself that cannot be, or will not do what is expected. Needs no driver. */
export function checkTag(tag: TagDraft, findings: Findings, path: FieldPath): void {
  for (const rule of rules) rule(tag, findings, path);
}

/** The same for a tag that a service brings; paths begin at the tag. */
export function judgeTag(tag: TagDraft): readonly FoundElsewhere[] {
  const findings = new Findings();
  checkTag(tag, findings, []);
  return findings.found;
}

const numbersOnly: Rule = (tag, findings, path) => {
  const type = typeOf(tag);
  if (type === undefined || isNumeric(type)) return;
  for (const field of ['limits', 'scaling', 'deadband'] as const) {
    if (tag[field] === undefined) continue;
    findings.error([...path, field], 'numbers-only', `${field} is for numbers; this tag is a ${tag.dataType}`);
  }
};

const nonFiniteIsFloat: Rule = (tag, findings, path) => {
  const type = typeOf(tag);
  if (type === undefined || tag.writeNonFinite !== true || type.scalar.startsWith('float')) return;
  const message = `writeNonFinite is for float32 and float64; ${tag.dataType} has no NaN and no infinities`;
  findings.error([...path, 'writeNonFinite'], 'floats-only', message);
};

/** OPC UA has these for discrete values only (OPC 10000-8, 5.3.3). */
const statesAreDiscrete: Rule = (tag, findings, path) => {
  const type = typeOf(tag);
  if (type === undefined) return;
  for (const field of ['trueState', 'falseState'] as const) {
    if (tag[field] === undefined || (type.scalar === 'bool' && type.arrayLength === undefined)) continue;
    findings.error([...path, field], 'states-of-type', `${field} is for bool; this tag is a ${tag.dataType}`);
  }
  const isInteger = integerRanges[type.scalar] !== undefined && type.arrayLength === undefined;
  if (tag.enumStrings === undefined || (isInteger && tag.scaling === undefined)) return;
  const what = isInteger ? 'scaled' : `a ${tag.dataType}`;
  const message = `enumStrings is for integers without scaling; this tag is ${what}`;
  findings.error([...path, 'enumStrings'], 'states-of-type', message);
};

const noneIsOfType: Rule = (tag, findings, path) => {
  const type = typeOf(tag);
  const written = tag.notAvailable as WrittenValue | readonly WrittenValue[] | undefined;
  if (type === undefined || written === undefined) return;
  const at = [...path, 'notAvailable'];
  if (type.scalar === 'bool' || type.scalar === 'bytes') {
    findings.error(at, 'none-of-type', `notAvailable is for numbers, texts and times; this tag is a ${tag.dataType}`);
    return;
  }
  for (const [i, value] of [written].flat().entries()) {
    try {
      new NotAvailable([value], type);
    } catch (error) {
      const place = Array.isArray(written) ? [...at, i] : at;
      findings.error(place, 'none-of-type', `${messageOf(error)}${signedForm(value, type)}`);
    }
  }
};

/** Manuals print the bits: 0xFFFF of an int16 is -1. */
function signedForm(value: WrittenValue, { scalar }: DataType): string {
  const [, max] = integerRanges[scalar] ?? [];
  const number = Number(value);
  if (max === undefined || !scalar.startsWith('int') || !(number > max && number <= 2 * max + 1)) return '';
  return `; these bits are ${number - 2 * (max + 1)} there`;
}

const limitsInOrder: Rule = ({ limits }, findings, path) => {
  if (limits?.min === undefined || limits.max === undefined || limits.min <= limits.max) return;
  findings.error([...path, 'limits'], 'limits-order', `min ${limits.min} is greater than max ${limits.max}`);
};

const limitsWithinType: Rule = (tag, findings, path) => {
  const type = typeOf(tag);
  const range = type && integerRanges[type.scalar];
  if (range === undefined || tag.scaling !== undefined) return;
  for (const side of ['min', 'max'] as const) {
    const limit = tag.limits?.[side];
    if (limit === undefined || (limit >= range[0] && limit <= range[1])) continue;
    const message = `${limit} is outside of ${type?.scalar} (${range[0]} to ${range[1]})`;
    findings.warning([...path, 'limits', side], 'limits-beyond-type', message);
  }
};

const scalingIsReversible: Rule = ({ scaling }, findings, path) => {
  if (scaling === undefined) return;
  const { gain, offset } = resolveScaling(scaling as NonNullable<TagDocument['scaling']>);
  if (gain !== 0 && Number.isFinite(gain) && Number.isFinite(offset)) return;
  const message =
    'the scaling has no slope: rawLow and rawHigh, low and high must differ, gain must not be 0, and none may be out of proportion';
  findings.error([...path, 'scaling'], 'scaling-slope', message);
};

const percentHasRange: Rule = ({ deadband, scaling, limits }, findings, path) => {
  if (deadband === undefined || !('percent' in deadband)) return;
  if (rangeOf({ scaling, limits } as Pick<TagDocument, 'scaling' | 'limits'>) !== undefined) return;
  const message =
    'a percentage needs a range: set scaling by rawLow, rawHigh, low, high, or both limits; or use absolute';
  findings.error([...path, 'deadband', 'percent'], 'deadband-range', message);
};

const writeOptionsNeedAccess: Rule = (tag, findings, path) => {
  if (tag.access === 'read-write' || (Object.hasOwn(tag, 'access') && tag.access === undefined)) return;
  for (const field of ['writeIdempotent', 'writeNonFinite', 'verify'] as const) {
    if (tag[field] !== true) continue;
    const message = `${field} has no effect on a read-only tag; set access: read-write if it is to be written`;
    findings.warning([...path, field], 'write-option-on-read-only', message);
  }
};

const rules: readonly Rule[] = [
  numbersOnly,
  nonFiniteIsFloat,
  statesAreDiscrete,
  noneIsOfType,
  limitsInOrder,
  limitsWithinType,
  scalingIsReversible,
  percentHasRange,
  writeOptionsNeedAccess,
];

function typeOf(tag: TagDraft): DataType | undefined {
  return tag.dataType === undefined ? undefined : parseDataType(tag.dataType);
}

/** bool, string, bytes and datetime have no magnitude that could be scaled or limited. */
function isNumeric({ scalar }: DataType): boolean {
  return scalar.startsWith('int') || scalar.startsWith('uint') || scalar.startsWith('float');
}
