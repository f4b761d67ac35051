import type { Finding } from '@fieldwarden/gateway-contract';
import type { Author, Generation, Held } from '@fieldwarden/authority';
import { documentDigest, summaryOf } from '@fieldwarden/config';
import { toGatewayError, type Logger } from '@fieldwarden/core';
import { bootDecision, type PublishedState } from './boot-decision.js';
import { DocumentRefused, nothingToRun } from './generation-errors.js';
import type { AuthorityAccess, PlantCheck, RunningVersion, SealedStore, VersionContent } from './ports.js';
import { sealAndPublish, takeOver } from './sealing.js';

export interface BootDependencies {
  readonly site: string;
  readonly snapshots: SealedStore;
  readonly authority: AuthorityAccess;
  readonly check: PlantCheck;
  readonly logger: Logger;
}

/** A plant file that shall run; it was checked already. */
export interface BootFile extends VersionContent {
  readonly name: string;
  readonly findings: readonly Finding[];
}

export interface BootRequest {
  /** Published first if it differs from what would run. */
  readonly file?: BootFile;
  /** The operator's way out: this sealed generation and nothing else. */
  readonly generation?: number;
}

export interface Boot {
  readonly running: RunningVersion;
  /** Warnings of the document. */
  readonly warnings: readonly Finding[];
  /** Why what is published is not what runs; undefined when it is. */
  readonly held: string | undefined;
  /** The same, if the authority does not tell it by itself at every look. */
  readonly ownHold: Held | undefined;
  /** An operator chose this generation: nothing is followed until one publishes. */
  readonly byHand: boolean;
  /** Why the plant file was not published although it differs. */
  readonly fileNotPublished: string | undefined;
}

/**
 * Finds what to run (SPEC §7.3, §7.4), seals it if it is new here, and checks it. Rejects with kind `config` when there is nothing,
 * when the sealed snapshot is damaged, or when the document does not fit this gateway.
 */
export async function boot(parts: BootDependencies, { file, generation }: BootRequest): Promise<Boot> {
  if (generation !== undefined) return await byHand(parts, generation);
  const found = await newest(parts, file === undefined);
  if (!file) return found.boot ?? refuse(parts, found);
  if (found.sha256 !== documentDigest(file.document).sha256) return await publishFile(parts, file, found);
  return found.boot ?? refuse(parts, found);
}

async function byHand(parts: BootDependencies, generation: number): Promise<Boot> {
  const sealed = await parts.snapshots.read(generation);
  const { running, warnings } = await runnable(parts, sealed);
  const reason = `started on generation ${generation} by hand`;
  const ownHold = { authorityGeneration: null, reason };
  return { running, warnings, held: reason, ownHold, byHand: true, fileNotPublished: undefined };
}

/** What would run without a plant file. */
interface Found {
  readonly boot: Boot | undefined;
  readonly sha256: string | undefined;
  readonly generation: number | undefined;
  readonly refused: DocumentRefused | undefined;
}

const nothing: Found = { boot: undefined, sha256: undefined, generation: undefined, refused: undefined };

async function newest(parts: BootDependencies, needed: boolean): Promise<Found> {
  const sealed = await parts.snapshots.readCurrent();
  const decision = bootDecision(sealed, await publishedState(parts));
  if (decision.type === 'nothing') {
    if (needed) throw nothingToRun(parts.site, decision.authorityAway);
    return nothing;
  }
  if (decision.type === 'adopt') return await adopted(parts, sealed);
  return await foundSealed(parts, sealed, decision.type === 'hold' ? { held: decision.reason } : {});
}

/** A newer generation that does not fit this gateway stays outside: what is sealed goes on. */
async function adopted(parts: BootDependencies, sealed: Generation | undefined): Promise<Found> {
  const published = await parts.authority.read((site) => site.current());
  if (!published) return await foundSealed(parts, sealed, {});
  const { plant, findings } = await parts.check({ document: published.document });
  if (!plant) {
    const refused = new DocumentRefused(`generation ${published.generation}`, findings);
    if (!sealed) return { ...nothing, sha256: published.sha256, generation: published.generation, refused };
    const held = `${refused.message}: ${findings.find(({ severity }) => severity === 'error')?.message ?? ''}`;
    const ownHold = { authorityGeneration: published.generation, reason: held };
    return await foundSealed(parts, sealed, { held, ownHold });
  }
  await takeOver(parts.snapshots, published);
  return foundBoot({ running: versionOf(published, plant), warnings: findings });
}

/** Why something else than what is published runs, if so. */
type Hold = Partial<Pick<Boot, 'held' | 'ownHold'>>;

async function foundSealed(parts: BootDependencies, sealed: Generation | undefined, hold: Hold): Promise<Found> {
  if (!sealed) return nothing;
  try {
    return foundBoot(await runnable(parts, sealed), hold);
  } catch (error) {
    if (!(error instanceof DocumentRefused)) throw error;
    return { boot: undefined, sha256: sealed.sha256, generation: sealed.generation, refused: error };
  }
}

const followed = { held: undefined, ownHold: undefined, byHand: false, fileNotPublished: undefined } as const;

function foundBoot(content: Pick<Boot, 'running' | 'warnings'>, hold: Hold = {}): Found {
  const { sha256, generation } = content.running.summary;
  return { boot: { ...followed, ...content, ...hold }, sha256, generation, refused: undefined };
}

function refuse({ site }: BootDependencies, { refused }: Found): never {
  throw refused ?? nothingToRun(site, false);
}

async function publishedState({ authority, logger }: BootDependencies): Promise<PublishedState> {
  try {
    const newest = await authority.read((site) => site.currentSummary());
    return { type: 'answered', newest };
  } catch (error) {
    logger.warn(`the configuration authority does not answer: ${toGatewayError(error).message}`);
    return { type: 'away' };
  }
}

/** Without the authority the plant goes on with what ran before, and says so: a changed file is no reason to stand still. */
async function publishFile(parts: BootDependencies, file: BootFile, found: Found): Promise<Boot> {
  const by: Author = { name: 'plant file', via: 'plant-file', correlationId: 'start' };
  try {
    const generation = await sealAndPublish(parts, {
      document: file.document,
      message: `from ${file.name}`,
      by,
      rollbackOf: null,
      fromDraft: false,
      ...(found.generation !== undefined && { above: found.generation }),
    });
    const running = versionOf(generation, file.plant);
    return { ...followed, running, warnings: file.findings };
  } catch (thrown) {
    const error = toGatewayError(thrown);
    if (error.kind !== 'unreachable') throw error;
    if (!found.boot) throw nothingToRun(parts.site, true);
    return { ...found.boot, fileNotPublished: error.message };
  }
}

async function runnable(
  { check, site }: BootDependencies,
  sealed: Generation,
): Promise<Pick<Boot, 'running' | 'warnings'>> {
  const { plant, findings } = await check({ document: sealed.document });
  if (!plant) throw new DocumentRefused(`generation ${sealed.generation} of site ${site}`, findings);
  return { running: versionOf(sealed, plant), warnings: findings };
}

function versionOf(generation: Generation, plant: RunningVersion['plant']): RunningVersion {
  return { summary: summaryOf(generation), document: generation.document, plant };
}
