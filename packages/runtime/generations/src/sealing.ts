import { GatewayError, isGatewayError } from '@fieldwarden/core';
import type { Generation, PublishCommand } from '@fieldwarden/authority';
import { NotCurrent } from './generation-errors.js';
import type { AuthorityAccess, SealedStore } from './ports.js';

/** Sealed generations that are kept (SPEC §7.3: at least the last 10). */
export const keptGenerations = 20;

/**
 * One transaction at the authority, with the seal inside it: a generation exists only if its snapshot does. `CURRENT` moves after
 * the commit; if that is where the gateway dies, its next start finds the newer generation and takes it over.
 */
export async function sealAndPublish(
  { authority, snapshots }: { readonly authority: AuthorityAccess; readonly snapshots: SealedStore },
  command: PublishCommand,
): Promise<Generation> {
  const published = await authority.publish(command, async (generation) => {
    await snapshots.seal(generation).catch(refusedByDisk);
  });
  await takeOver(snapshots, published).catch((error: unknown) =>
    Promise.reject(new NotCurrent(published.generation, error)),
  );
  return published;
}

export function isDiskRefusal(error: unknown): error is GatewayError {
  return isGatewayError(error) && (error.code === 'SNAPSHOT_NO_ROOM' || error.code === 'SNAPSHOT_NOT_WRITABLE');
}

/** A disk that takes nothing is like an authority that is away: what runs goes on. */
function refusedByDisk(error: unknown): never {
  if (!isDiskRefusal(error)) throw error;
  throw new GatewayError({ code: error.code, kind: 'unreachable', message: error.message, cause: error });
}

/** Sealed, if it was not already, and current from now on. */
export async function takeOver(snapshots: SealedStore, generation: Generation): Promise<void> {
  await snapshots.seal(generation);
  await snapshots.activate(generation.generation);
  await snapshots.prune(keptGenerations).catch(() => undefined); // tried again after the next one
}
