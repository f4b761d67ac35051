import { parseDataType, type DataType } from '@fieldwarden/core';
import { clientType, pathMatcher, type Scaling } from '@fieldwarden/gateway-contract';
import type { PlantFacts } from '@fieldwarden/service';
import type { PlantDocument } from '../document/plant-document.js';
import type { WrittenServiceTag } from './service-tags.js';
import type { SoundPart } from '../document/schema-walk.js';

/** What services may ask of a document that may have errors. */
export function plantFacts(
  draft: SoundPart<PlantDocument>,
  serviceTags: readonly WrittenServiceTag[],
  looksAtFiles: boolean,
): PlantFacts {
  let known: KnownTags | undefined;
  const tags = (): KnownTags => (known ??= tagsOf(draft, serviceTags));
  return {
    site: typeof draft.site === 'string' ? draft.site : '',
    looksAtFiles,
    tag: (path) => tags().get(path),
    paths: () => tags().keys(),
    hasTagIn: (area) => hasTagIn(area, tags()),
  };
}

/** The gateway's own tags are in every plant. */
export function hasTagIn(area: string, tags: ReadonlyMap<string, unknown>): boolean {
  if (area === '**' || area.startsWith('_system/') || tags.size === 0) return true;
  const matches = pathMatcher([area]);
  for (const path of tags.keys()) if (matches(path)) return true;
  return false;
}

type KnownTags = ReadonlyMap<string, ReturnType<PlantFacts['tag']>>;

function tagsOf({ drivers = [] }: SoundPart<PlantDocument>, serviceTags: readonly WrittenServiceTag[]): KnownTags {
  const tags = new Map<string, ReturnType<PlantFacts['tag']>>();
  for (const { tag } of serviceTags) tags.set(tag.path, tag);
  for (const driver of drivers) {
    for (const device of driver?.devices ?? []) {
      for (const tag of device?.tags ?? []) {
        const type = typeOf(tag);
        if (tag?.path !== undefined && type)
          tags.set(tag.path, { path: tag.path, type, access: tag.access ?? 'read-only' });
      }
    }
  }
  return tags;
}

function typeOf(
  tag: { readonly dataType?: unknown; readonly scaling?: object | undefined } | undefined,
): DataType | undefined {
  const type = typeof tag?.dataType === 'string' ? parseDataType(tag.dataType) : undefined;
  return type && clientType({ type, scaling: tag?.scaling as Scaling | undefined });
}
