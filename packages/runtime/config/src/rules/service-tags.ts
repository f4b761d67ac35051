import type { ServiceDefinition, ServiceTag } from '@fieldwarden/service';
import type { Catalogue } from '../document/catalogue.js';
import { isRecord } from '../document/schema-walk.js';
import { settingsSchema } from '../document/service-schema.js';
import type { FieldPath } from './findings.js';
import { judgeOptions } from './judge-options.js';

export interface WrittenServiceTag {
  readonly tag: ServiceTag;
  /** Where its path stands in the document. */
  readonly where: FieldPath;
}

/** The tags that services of a document bring, which may have errors: what is wrong with a section is told elsewhere. */
export function serviceTagsOf(
  document: unknown,
  { services }: Pick<Catalogue, 'services'>,
): readonly WrittenServiceTag[] {
  const written = isRecord(document) ? document : {};
  return services.all().flatMap((definition) => tagsOfSection(definition, written));
}

function tagsOfSection(
  definition: ServiceDefinition,
  document: Readonly<Record<string, unknown>>,
): readonly WrittenServiceTag[] {
  const { section, rows } = definition;
  if (section === null || !definition.tags) return [];
  const written = document[section];
  if (written === undefined || written === null) return [];
  const { output } = judgeOptions(
    settingsSchema(definition),
    rows === undefined ? written : { [rows]: written },
    undefined,
    '',
  );
  if (!isRecord(output)) return [];
  const { enabled, isolation: _, critical: __, ...settings } = output;
  if (enabled === false) return [];
  return soundTags(definition, settings).map((tag) => {
    const place = rows === undefined ? tag.place : tag.place.slice(1);
    return { tag, where: [section, ...place] };
  });
}

/** Of settings that ran before, and may not fit any more. */
function soundTags(definition: ServiceDefinition, settings: unknown): readonly ServiceTag[] {
  try {
    return definition.tags?.(settings) ?? [];
  } catch {
    return [];
  }
}
