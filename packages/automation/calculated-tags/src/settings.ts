import { tagSchema } from '@fieldwarden/config';
import { parseDataType } from '@fieldwarden/core';
import type { ServiceTag } from '@fieldwarden/service';
import { z } from 'zod';

const { path, dataType, unit, description, publish } = tagSchema.shape;

const calculatedTag = z
  .strictObject({
    path,
    expression: z
      .string()
      .min(1)
      .meta({
        description:
          'What its value is: tags in braces, `{./speed}` from its own folder. Up to 4 KiB. Example: `{packaging/filler/speed} * 60`.',
        examples: ['{packaging/filler/speed} * 60', 'average({./level}, 60s)'],
      }),
    dataType: dataType.describe(
      'Type of its values: bool, string, datetime, or any number type. Results are rounded for integers; one that does not fit is Bad. No arrays, no bytes.',
    ),
    unit,
    description,
    range: z
      .strictObject({
        low: z.number().describe('Least value that is expected, in its unit.'),
        high: z.number().describe('Greatest value that is expected, in its unit.'),
      })
      .optional()
      .describe('The range that people and OPC UA clients draw it in. Default: none.'),
    publish,
  })
  .describe('A tag that is calculated from others.');

export const calculatedTagsSettings = z.strictObject({
  tags: z
    .array(calculatedTag)
    .default([])
    .meta({ description: 'Tags that are calculated from others, as those change. Default: none.', examples: [] }),
});

export type CalculatedTagsSettings = z.output<typeof calculatedTagsSettings>;
export type CalculatedTag = z.output<typeof calculatedTag>;

export function tagsOf({ tags }: CalculatedTagsSettings): readonly ServiceTag[] {
  return tags.map((tag, i) => ({
    path: tag.path,
    type: parseDataType(tag.dataType)!,
    access: 'read-only',
    unit: tag.unit,
    description: tag.description,
    limits: undefined,
    range: tag.range,
    writeNonFinite: false,
    publish: tag.publish ?? true,
    address: tag.expression,
    place: ['tags', i, 'path'],
  }));
}

/** Where relative paths start: the folder of the tag. */
export function folderOf(tagPath: string): string {
  return tagPath.slice(0, Math.max(0, tagPath.lastIndexOf('/')));
}
