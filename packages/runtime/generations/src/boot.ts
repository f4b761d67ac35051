import type { Finding } from '@fieldwarden/gateway-contract';
import type { Author, Generation, GenerationSummary, Held } from '@fieldwarden/authority';
import { documentDigest, hasRefusedParts, summaryOf } from '@fieldwarden/config';
import { toGatewayError, type GatewayError, type Logger } from '@fieldwarden/core';
import { bootDecision, type PublishedState } from './boot-decision.js';
import { DocumentRefused, nothingToRun } from './generation-errors.js';
import { fileDiffers, fileHeld, fileRefused, lastPublished } from './published-file.js';
import { optionText, withDriverOptions, type DriverOption } from './driver-options.js';
import type {
  AuthorityAccess,
  CheckedText,
  PlantCheck,
  PlantTextEdit,
  RunningVersion,
  SealedStore,
  VersionContent,
} from './ports.js';
import { versionOf } from './running-content.js';
import { isDiskRefusal, sealAndPublish, takeOver } from './sealing.js';

export interface BootDependencies {
  readonly site: string;
  readonly snapshots: SealedStore;
  readonly authority: AuthorityAccess;
  readonly check: PlantCheck;
  readonly edit: PlantTextEdit;
  readonly logger: Logger;
}

/** A plant file that shall run; it was checked already. */
export interface BootFile extends VersionContent {
  /** As the operator named it. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly source: CheckedText;
  readonly findings: readonly Finding[];
}

/** A plant file that this gateway does not accept. If it is the one that was published, that is no reason to stand still. */
export interface RefusedFile {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** `textDigest` of the file. */
  readonly sha256: string;
  /** For whoever has nothing else to run, or has changed it. */
  readonly refusal: GatewayError;
  readonly findings: readonly Finding[];
}

export interface BootRequest {
  /** Published first if it has changed since it was last published, or if nothing was published yet. */
  readonly file?: BootFile | RefusedFile;
  /** Publishes the file also if it has not changed. */
  readonly force?: boolean;
  /** Set in what runs, too, if the file's drivers are still there; the file has them already. */
  readonly driverOptions?: readonly DriverOption[];
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
  /** Why the plant file was not published although it should be. */
  readonly fileNotPublished: string | undefined;
  /** The plant file has not changed since it was published, and something else runs, or it would be refused now: says so, and what to do. */
  readonly fileDiffers: string | undefined;
}

/**
 * Finds what to run (SPEC §7.3, §7.4), seals it if it is new here, and checks it. Rejects with kind `config` when there is nothing,
 * when the sealed snapshot is damaged, or when the document does not fit this gateway.
 */
export async function boot(parts: BootDependencies, request: BootRequest): Promise<Boot> {
  const { file, force, driverOptions = [], generation } = request;
  if (generation !== undefined) return await byHand(parts, generation);
  const found = await newest(parts, file === undefined);
  if (!file) return found.boot ?? refuse(parts, found);
  if ('refusal' in file) return await withRefusedFile(parts, file, { found, force: force === true });
  const booted = await withFile(parts, file, { found, force: force === true });
  return driverOptions.length === 0 ? booted : await withOptions(parts, booted, { file, driverOptions });
}

/** What was published since then stays; only these options of it are set, as a generation of their own. */
async function withOptions(
  parts: BootDependencies,
  booted: Boot,
  { file, driverOptions }: { readonly file: BootFile; readonly driverOptions: readonly DriverOption[] },
): Promise<Boot> {
  const { summary, document: before, text } = booted.running;
  const document = withDriverOptions(before, driverOptions, file.document);
  if (document === before || booted.held !== undefined) return booted;
  const ranBefore = hasRefusedParts(booted.running.plant); // these options mend nothing, and break nothing else
  const { plant, findings } = await parts.check({ document, ranBefore });
  if (!plant) throw new DocumentRefused(`generation ${summary.generation} with other options`, findings);
  const published = await sealAndPublish(parts, {
    document,
    ...(text !== undefined && { text: await parts.edit(text, document) }),
    message: driverOptions.map(optionText).join(', '),
    by: { name: 'options of the start', via: 'plant-file', correlationId: 'start' },
    rollbackOf: null,
    fromDraft: false,
    above: summary.generation,
  });
  const isFile = published.sha256 === documentDigest(file.document).sha256;
  const differs = isFile ? undefined : booted.fileDiffers;
  return { ...booted, running: { ...versionOf(published), plant }, warnings: findings, fileDiffers: differs };
}

/** Nothing that was published is undone by a start: a file that is as it was when it was published stays a file. */
async function withFile(
  parts: BootDependencies,
  file: BootFile,
  { found, force }: { readonly found: Found; readonly force: boolean },
): Promise<Boot> {
  const { sha256 } = documentDigest(file.document);
  const { running } = found;
  if (running === undefined) return await publishFile(parts, file, found);
  const isSame = running.sha256 === sha256;
  if (isSame && running.source?.sha256 === file.source.sha256) return found.boot ?? refuse(parts, found);
  if (force) return await publishFile(parts, file, found);
  try {
    const identity = { path: file.path, text: file.source.sha256, document: sha256 };
    const last = await lastPublished(parts.authority, identity, running);
    if (isSame && last?.unchanged) return found.boot ?? refuse(parts, found);
    if (last?.unchanged)
      return { ...(found.boot ?? refuse(parts, found)), fileDiffers: fileDiffers(file.name, last.generation, running) };
    // An authority that tells another story may have forgotten what became of the file.
    if (!last && found.boot?.held !== undefined)
      return { ...found.boot, fileDiffers: fileHeld(file.name, found.boot.held) };
    return await publishFile(parts, file, found);
  } catch (thrown) {
    return standsStill(parts, found, toGatewayError(thrown));
  }
}

/** A restart darkens no plant (SPEC §7.2): what was published goes on, unless somebody has changed the file and now waits for that to run. */
async function withRefusedFile(
  parts: BootDependencies,
  file: RefusedFile,
  { found, force }: { readonly found: Found; readonly force: boolean },
): Promise<Boot> {
  const { running, boot: booted } = found;
  if (!running || !booted || force) throw file.refusal;
  try {
    const identity = { path: file.path, text: file.sha256, document: undefined };
    const last = await lastPublished(parts.authority, identity, running);
    if (!last?.unchanged) throw file.refusal;
    return { ...booted, fileDiffers: fileRefused(file, last.generation, running) };
  } catch (thrown) {
    return standsStill(parts, found, toGatewayError(thrown));
  }
}

async function byHand(parts: BootDependencies, generation: number): Promise<Boot> {
  const sealed = await parts.snapshots.read(generation);
  const { running, warnings } = await runnable(parts, sealed);
  const reason = `started on generation ${generation} by hand`;
  const ownHold = { authorityGeneration: null, reason };
  return { ...followed, running, warnings, held: reason, ownHold, byHand: true };
}

/** What would run without a plant file. */
interface Found {
  readonly boot: Boot | undefined;
  /** Also of one that does not fit this gateway. */
  readonly running: GenerationSummary | undefined;
  readonly refused: DocumentRefused | undefined;
}

const nothing: Found = { boot: undefined, running: undefined, refused: undefined };

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
    if (!sealed) return { boot: undefined, running: summaryOf(published), refused };
    const held = `${refused.message}: ${findings.find(({ severity }) => severity === 'error')?.message ?? ''}`;
    const ownHold = { authorityGeneration: published.generation, reason: held };
    return await foundSealed(parts, sealed, { held, ownHold });
  }
  try {
    await takeOver(parts.snapshots, published);
  } catch (error) {
    if (!sealed || !isDiskRefusal(error)) throw error;
    return await foundSealed(parts, sealed, { held: error.message }); // followed when the disk takes it
  }
  return foundBoot({ running: { ...versionOf(published), plant }, warnings: findings });
}

/** Why something else than what is published runs, if so. */
type Hold = Partial<Pick<Boot, 'held' | 'ownHold'>>;

async function foundSealed(parts: BootDependencies, sealed: Generation | undefined, hold: Hold): Promise<Found> {
  if (!sealed) return nothing;
  try {
    return foundBoot(await runnable(parts, sealed), hold);
  } catch (error) {
    if (!(error instanceof DocumentRefused)) throw error;
    return { boot: undefined, running: summaryOf(sealed), refused: error };
  }
}

const followed = {
  held: undefined,
  ownHold: undefined,
  byHand: false,
  fileNotPublished: undefined,
  fileDiffers: undefined,
} as const;

function foundBoot(content: Pick<Boot, 'running' | 'warnings'>, hold: Hold = {}): Found {
  return { boot: { ...followed, ...content, ...hold }, running: content.running.summary, refused: undefined };
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
      text: file.source.text,
      source: { sha256: file.source.sha256, file: file.path },
      message: `from ${file.name}`,
      by,
      rollbackOf: null,
      fromDraft: false,
      ...(found.running && { above: found.running.generation }),
    });
    const running = { ...versionOf(generation), plant: file.plant };
    return { ...followed, running, warnings: file.findings };
  } catch (thrown) {
    return standsStill(parts, found, toGatewayError(thrown));
  }
}

function standsStill({ site }: BootDependencies, { boot }: Found, error: GatewayError): Boot {
  if (error.kind !== 'unreachable') throw error;
  if (!boot) throw nothingToRun(site, true);
  return { ...boot, fileNotPublished: error.message };
}

async function runnable(
  { check, site }: BootDependencies,
  sealed: Generation,
): Promise<Pick<Boot, 'running' | 'warnings'>> {
  const { plant, findings } = await check({ document: sealed.document, ranBefore: true });
  if (!plant) throw new DocumentRefused(`generation ${sealed.generation} of site ${site}`, findings);
  return { running: { ...versionOf(sealed), plant }, warnings: findings };
}
