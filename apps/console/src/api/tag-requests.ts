import type { TagHistory, TagPage, TagValueAnswer, TagWriteAnswer } from '@fieldwarden/admin-contract';
import { resourceOf } from '../state/resources.js';
import { answered, api } from './api-client.js';

export async function tagPage(limit: number, cursor: string | undefined): Promise<TagPage> {
  return await answered(api.GET('/tags', { params: { query: { limit, cursor } } }));
}

export const tagResource = (path: string) =>
  resourceOf<TagValueAnswer>(`tag ${path}`, () => answered(api.GET('/tags/value', { params: { query: { path } } })));

/** How many Bad tags lie under each folder. */
export const badFoldersResource = resourceOf('bad-folders', async (): Promise<ReadonlyMap<string, number>> => {
  const { folders } = await answered(api.GET('/tags/folders'));
  return new Map(folders.map(({ folder, bad }) => [folder, bad]));
});

export interface BadTags {
  readonly paths: readonly string[];
  /** There may be more than were asked for. */
  readonly total: number;
}

/** As many as one page has. */
const badTagsAsked = 10_000;

export const badTagsResource = resourceOf('bad-tags', async (): Promise<BadTags> => {
  const { tags, total } = await answered(api.GET('/tags', { params: { query: { bad: true, limit: badTagsAsked } } }));
  return { paths: tags.map(({ path }) => path), total };
});

/** Rejects with an ApiError whose problem carries `outcome` if the write was refused beforehand. */
export async function writeTag(path: string, value: unknown): Promise<TagWriteAnswer> {
  return await answered(api.PUT('/tags/value', { body: { path, value } }));
}

/** `from` as ISO-8601 UTC. */
export async function tagHistory(path: string, from: string): Promise<TagHistory> {
  return await answered(api.GET('/tags/history', { params: { query: { path, from, source: 'memory' } } }));
}
