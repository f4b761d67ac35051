import { parseDataType, type DataType } from '@fieldwarden/core';
import type { PlantFacts } from '@fieldwarden/service';
import type { PlantDocument } from '../document/plant-document.js';
import type { Draft } from '../document/schema-walk.js';

/** What services may ask of a document that may have errors. */
export function plantFacts(draft: Draft<PlantDocument>): PlantFacts {
  let tags: ReadonlyMap<string, ReturnType<PlantFacts['tag']>> | undefined;
  return {
    site: typeof draft.site === 'string' ? draft.site : '',
    tag: (path) => (tags ??= tagsOf(draft)).get(path),
  };
}

function tagsOf({ drivers = [] }: Draft<PlantDocument>): ReadonlyMap<string, ReturnType<PlantFacts['tag']>> {
  const tags = new Map<string, ReturnType<PlantFacts['tag']>>();
  for (const driver of drivers) {
    for (const device of driver?.devices ?? []) {
      for (const tag of device?.tags ?? []) {
        const type = clientType(tag);
        if (tag?.path !== undefined && type) tags.set(tag.path, { path: tag.path, type, access: tag.access ?? 'read-only' });
      }
    }
  }
  return tags;
}

/** What is scaled is a float64 to clients, whatever the device has. */
function clientType(tag: { readonly dataType?: unknown; readonly scaling?: unknown } | undefined): DataType | undefined {
  if (tag?.scaling !== undefined) return { scalar: 'float64' };
  return typeof tag?.dataType === 'string' ? parseDataType(tag.dataType) : undefined;
}
