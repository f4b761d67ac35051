import { rangeOf, tagSchema } from '@fieldwarden/config';
import { parseDataType } from '@fieldwarden/core';
import type { ServiceTag } from '@fieldwarden/service';
import { z } from 'zod';

export const scopes = ['global', 'flow', 'node'] as const;

const element = z.union([z.boolean(), z.number(), z.string()]);
const { path, dataType, unit, description, limits, writeNonFinite } = tagSchema.shape;

const internalTag = z
  .strictObject({
    path,
    dataType,
    initial: z
      .union([element, z.array(element)], {
        error: 'initial is a value of the dataType, or a list of them for an array',
      })
      .optional()
      .meta({
        description:
          'Value until somebody writes one. Times in ISO 8601, bytes in base64, 64-bit integers beyond 2^53 as text. ' +
          'Default: none, the tag is Bad (BadWaitingForInitialData) until it is written. Example: 0.',
        examples: [0, 'idle', [0, 0, 0]],
      }),
    access: z
      .enum(['read-only', 'read-write'])
      .default('read-write')
      .meta({
        description:
          'Whether it may be written; a read-only one keeps its initial value. One of read-only, read-write. Default: read-write.',
        examples: ['read-write'],
      }),
    unit,
    limits,
    description,
    persist: z
      .boolean()
      .default(true)
      .meta({
        description: 'Keeps the written value over restarts; else it has its initial value again. Default: true.',
        examples: [false],
      }),
    scope: z
      .enum(scopes)
      .default('global')
      .meta({
        description:
          'Whom it is for: global everybody; flow and node the automation of this gateway, so that outlets do not publish it unless `publish` says so. ' +
          'One of global, flow, node. Default: global.',
        examples: ['flow'],
      }),
    writeNonFinite,
    publish: z
      .boolean()
      .optional()
      .meta({
        description:
          'MQTT outlets publish it, where their include and exclude let it through. Default: true for the scope global, else false.',
        examples: [false],
      }),
  })
  .describe('A tag that lives in the gateway.');

export const internalTagsSettings = z.strictObject({
  tags: z
    .array(internalTag)
    .default([])
    .meta({ description: 'Tags that live in the gateway itself. Default: none.', examples: [] }),
});

export type InternalTagsSettings = z.output<typeof internalTagsSettings>;
export type InternalTag = z.output<typeof internalTag>;

export function tagsOf({ tags }: InternalTagsSettings): readonly ServiceTag[] {
  return tags.map((tag, i) => ({
    path: tag.path,
    type: parseDataType(tag.dataType)!,
    access: tag.access,
    unit: tag.unit,
    description: tag.description,
    limits: tag.limits,
    range: rangeOf({ scaling: undefined, limits: tag.limits }),
    writeNonFinite: tag.writeNonFinite ?? false,
    publish: tag.publish ?? tag.scope === 'global',
    address: '',
    place: ['tags', i, 'path'],
  }));
}
