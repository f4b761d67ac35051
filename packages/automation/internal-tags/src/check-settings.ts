import { judgeTag } from '@fieldwarden/config';
import { fromJsonValue, messageOf, parseDataType } from '@fieldwarden/core';
import type { ServiceFinding } from '@fieldwarden/service';
import type { InternalTag, InternalTagsSettings } from './settings.js';

export function checkSettings({ tags }: InternalTagsSettings): readonly ServiceFinding[] {
  return tags.flatMap((tag, i) =>
    [...ofTag(tag), ...ofInitial(tag)].map((finding) => ({ ...finding, path: ['tags', i, ...finding.path] })),
  );
}

/** What holds for every tag; a value of its own needs no hint that nobody writes it. */
function ofTag({ path, dataType, access, limits, writeNonFinite }: InternalTag): readonly ServiceFinding[] {
  return judgeTag({ path, dataType, access, ...(limits && { limits }), ...(writeNonFinite && { writeNonFinite }) });
}

function ofInitial({ initial, dataType, limits }: InternalTag): readonly ServiceFinding[] {
  if (initial === undefined) return [];
  const type = parseDataType(dataType)!;
  const finding = (rule: string, message: string): ServiceFinding => ({
    path: ['initial'],
    rule,
    message,
    severity: 'error',
  });
  try {
    const value = fromJsonValue(initial, type);
    const { min = -Infinity, max = Infinity } = limits ?? {};
    const outside = [value]
      .flat()
      .find((each) => (typeof each === 'number' || typeof each === 'bigint') && (each < min || each > max));
    if (outside === undefined) return [];
    return [finding('initial-limits', `${String(outside)} is outside the limits ${min} … ${max} of the tag`)];
  } catch (error) {
    return [finding('initial-type', messageOf(error))];
  }
}
