import type { AuthorityLink } from '@fieldwarden/authority';
import { GatewayError } from '@fieldwarden/core';
import { isRefusal } from '@fieldwarden/snapshots';
import { join } from 'node:path';

/**
 * A damaged snapshot is never replaced by itself (SPEC §7.3). When the authority still has the generation, the way back is one
 * deliberate act: the pointer removed, the next start seals it anew.
 */
export async function explainRefusal(error: unknown, link: AuthorityLink, directory: string): Promise<unknown> {
  if (!isRefusal(error)) return error;
  const published = await link.read((site) => site.currentSummary()).catch(() => undefined);
  if (!published) return error;
  const pointer = join(directory, 'CURRENT');
  const message = `${error.message}. The configuration authority has generation ${published.generation}: without ${pointer} the next start seals it from there`;
  return new GatewayError({ code: error.code, kind: error.kind, message, cause: error.cause });
}
