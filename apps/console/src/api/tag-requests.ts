import type { TagHistory, TagPage, TagValueAnswer, TagWriteAnswer } from '@fieldwarden/admin-contract';
import { answered, api } from './api-client.js';

export async function tagPage(limit: number, cursor: string | undefined): Promise<TagPage> {
  return await answered(api.GET('/tags', { params: { query: { limit, cursor } } }));
}

export async function readTag(path: string): Promise<TagValueAnswer> {
  return await answered(api.GET('/tags/value', { params: { query: { path } } }));
}

/** Rejects with an ApiError whose problem carries `outcome` if the write was refused beforehand. */
export async function writeTag(path: string, value: unknown): Promise<TagWriteAnswer> {
  return await answered(api.PUT('/tags/value', { body: { path, value } }));
}

/** `from` as ISO-8601 UTC. */
export async function tagHistory(path: string, from: string): Promise<TagHistory> {
  return await answered(api.GET('/tags/history', { params: { query: { path, from } } }));
}
