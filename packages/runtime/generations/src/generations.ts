import type { Author, Generation, GenerationSummary, Held, PublishCommand } from '@fieldwarden/authority';
import {
  diffDocuments,
  documentDigest,
  documentToYaml,
  type ApplyPlan,
  type Plant,
  type PlantDocument,
} from '@fieldwarden/config';
import { hasRefusedParts } from '@fieldwarden/config';
import { toGatewayError, type Clock, type Logger } from '@fieldwarden/core';
import type { ApplyFailure, ConfigDifference } from '@fieldwarden/gateway-contract';
import type { Boot } from './boot.js';
import type {
  Apply,
  AuthorityAccess,
  PlantCheck,
  PlantTextEdit,
  Planner,
  RunningVersion,
  SealedStore,
} from './ports.js';
import {
  SubmittedDocuments,
  type AcceptedDocument,
  type DiffSide,
  type NamedContent,
  type PublishSource,
  type Validity,
} from './submitted-documents.js';
import { NotCurrent } from './generation-errors.js';
import { GenerationArchive } from './generation-archive.js';
import type { GenerationsState } from './generations-state.js';
import { presentDraft, type PresentDraft } from './present-draft.js';
import type { Publication } from './publication.js';
import { RunningContent, versionOf } from './running-content.js';
import { sealAndPublish, takeOver } from './sealing.js';
import { writtenAs, writtenBefore, type PublishedFile } from './written-text.js';
import { OneAtATime } from './one-at-a-time.js';

export interface GenerationsDependencies {
  readonly site: string;
  readonly snapshots: SealedStore;
  readonly authority: AuthorityAccess;
  readonly check: PlantCheck;
  readonly edit: PlantTextEdit;
  readonly planner: Planner;
  readonly apply: Apply;
  /** The plant as it runs at present; a large one is put together in several turns. */
  readonly plant: () => Promise<Plant>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly observer: GenerationsObserver;
}

/** Who asks; with the revision of the draft that they saw, if that matters. */
export interface PublishOptions {
  readonly by: Author;
  readonly expectedRevision?: number;
  /** The plant file that the document is. */
  readonly file?: PublishedFile;
  /** Throws where whoever asks may not change what differs. */
  readonly demand?: (running: PlantDocument, next: PlantDocument) => void;
}

/** Told what happens to the configuration, for events, alarms and metrics; informs, never decides. */
export interface GenerationsObserver {
  /** Runs from now on; `published` is false when another gateway published it. */
  applied(version: GenerationSummary, plan: ApplyPlan, failures: readonly ApplyFailure[], published: boolean): void;
  /** Somebody wanted to publish and could not. */
  refused(reason: string, by: Author): void;
  /** What is published does not run here, and why; undefined = it does again. */
  held(reason: string | undefined): void;
}

/**
 * The configuration of a running gateway: what runs, what is drafted, what was published. One change at a time: check → number, seal,
 * commit → apply the difference. Whoever asks for something that began before a change gets an answer from before it.
 */
export class Generations {
  readonly #parts: GenerationsDependencies;
  readonly #changes = new OneAtATime(16);
  readonly #content: RunningContent;
  readonly #submitted: SubmittedDocuments;
  /** What was published, and by whom. */
  readonly archive: GenerationArchive;
  #summary: GenerationSummary;
  #byHand: boolean;
  #held: Held | undefined;

  constructor(parts: GenerationsDependencies, { running, ownHold, byHand }: Boot) {
    this.#byHand = byHand;
    this.#parts = parts;
    this.#summary = running.summary;
    this.#content = new RunningContent(parts, running);
    this.#submitted = new SubmittedDocuments(parts);
    this.archive = new GenerationArchive(parts.authority, this.#submitted, () => this.#summary.generation);
    this.#held = ownHold;
    if (ownHold) parts.observer.held(ownHold.reason);
  }

  /** What runs. */
  get running(): GenerationSummary {
    return this.#summary;
  }

  get state(): GenerationsState {
    const { reachable: authorityReachable, staleSinceMs } = this.#parts.authority.state;
    return { authorityReachable, staleSinceMs, publishedAtMs: this.#summary.publishedAtMs, held: this.#holding };
  }

  /** Why what is published is not what runs. */
  get #holding(): Held | null {
    return this.#held ?? this.#parts.authority.state.held;
  }

  /** The document that runs, as written. */
  async document(): Promise<PlantDocument> {
    return (await this.#content.written()).document;
  }

  /** The running document as people wrote it; as YAML where it came as plain values. */
  async text(): Promise<string> {
    const { document, text } = await this.written();
    return text ?? documentToYaml(document);
  }

  /** Text and document; without a text where it came as plain values. */
  async written(): Promise<Pick<Generation, 'document' | 'text'>> {
    return await this.#content.written();
  }

  async draft(): Promise<PresentDraft> {
    const stored = await this.#parts.authority.read((site) => site.draft());
    return presentDraft(stored, stored.text === null ? await this.text() : '');
  }

  /** Kept as typed, valid or not. Rejects with REVISION_STALE. */
  async saveDraft(text: string, expectedRevision: number | undefined, by: Author): Promise<PresentDraft> {
    const options = expectedRevision === undefined ? { by } : { by, expectedRevision };
    return presentDraft(await this.#parts.authority.saveDraft(text, options), text);
  }

  async discardDraft(by: Author): Promise<PresentDraft> {
    const stored = await this.#parts.authority.discardDraft(by);
    return presentDraft(stored, await this.text());
  }

  async validate(source: PublishSource): Promise<Validity> {
    const { document, findings } = await this.#submitted.check(source);
    return { valid: document !== undefined, findings };
  }

  /** What going from one to the other changes, and what applying it does. Rejects with GENERATION_UNKNOWN, or DOCUMENT_REFUSED. */
  async diff(from: DiffSide, to: DiffSide): Promise<ConfigDifference> {
    const [old, next] = await Promise.all([this.#side(from), this.#side(to)]);
    const { changes, leftOff } = diffDocuments(old.document, next.document);
    const { steps } = await this.#parts.planner(old, next);
    return { from: old.name, to: next.name, changes, leftOff, steps };
  }

  /** Resolves when the generation is sealed, committed and applied. Rejects with DOCUMENT_REFUSED, REVISION_STALE, AUTHORITY_UNREACHABLE. */
  publish(source: PublishSource, options: PublishOptions & { readonly message: string }): Promise<Publication> {
    return this.#changes.run(async () => {
      const accepted = await this.#acceptable(source, options);
      if (await this.#runsAlready(accepted)) return this.#unchanged(accepted);
      const written = accepted.source
        ? writtenAs(accepted.source, options.file)
        : { text: await this.#parts.edit(await this.text(), accepted.document) };
      const how = { message: options.message, ...changeOf(options), rollbackOf: null, fromDraft: source === 'draft' };
      return await this.#publish(accepted, { ...how, ...written });
    });
  }

  /** Publishes the content of an earlier generation as a new one. */
  rollback(number: number, options: PublishOptions & { readonly message?: string }): Promise<Publication> {
    return this.#changes.run(async () => {
      const earlier = await this.#submitted.generation(number);
      const accepted = await this.#acceptable({ document: earlier.document }, options);
      const message = options.message ?? `rollback to generation ${number}`;
      const written = writtenBefore(earlier);
      return await this.#publish(accepted, {
        message,
        ...changeOf(options),
        ...written,
        rollbackOf: number,
        fromDraft: false,
      });
    });
  }

  /** Another gateway has published this one: seals and applies it, unless it does not fit here. Never rejects. */
  follow(newest: GenerationSummary): Promise<void> {
    return this.#changes.run(async () => {
      try {
        await this.#takeOver(newest);
      } catch (error) {
        this.#hold(newest, `could not be taken over: ${toGatewayError(error).message}`);
      }
    });
  }

  async #takeOver(newest: GenerationSummary): Promise<void> {
    if (this.#byHand || newest.generation <= this.#summary.generation) return;
    const published = await this.#parts.authority.read((site) => site.generation(newest.generation));
    if (!published) return;
    const { plant, findings } = await this.#submitted.check({ document: published.document });
    if (plant) {
      await takeOver(this.#parts.snapshots, published);
      await this.#run({ ...versionOf(published), plant }, false);
    } else {
      const first = findings.find(({ severity }) => severity === 'error');
      this.#hold(newest, `does not fit this gateway: ${first?.path}: ${first?.message}`);
    }
  }

  async #publish(accepted: AcceptedDocument, how: Omit<PublishCommand, 'document' | 'above'>): Promise<Publication> {
    const command = { ...how, document: accepted.document, above: this.#summary.generation };
    return await this.#goOn(await this.#sealAndPublish(command), accepted);
  }

  async #sealAndPublish(command: PublishCommand): Promise<Generation> {
    try {
      return await sealAndPublish(this.#parts, command);
    } catch (error) {
      if (error instanceof NotCurrent) this.#hold(error, 'is published, but could not be made current here');
      throw error;
    }
  }

  async #goOn(generation: Generation, { plant, findings }: AcceptedDocument): Promise<Publication> {
    const { clock } = this.#parts;
    const startMs = clock.monotonicMs();
    const version = { ...versionOf(generation), plant };
    const { plan, failures } = await this.#run(version, true);
    return {
      generation: generation.generation,
      published: true,
      steps: plan.steps,
      failures,
      applyMs: Math.round(clock.monotonicMs() - startMs),
      findings,
    };
  }

  async #run(
    next: RunningVersion,
    published: boolean,
  ): Promise<{ plan: ApplyPlan; failures: readonly ApplyFailure[] }> {
    const plan = await this.#parts.planner(await this.#content.forPlan(), next);
    const failures = await this.#parts.apply(plan, next);
    this.#summary = next.summary;
    this.#content.replace(next);
    this.#release();
    this.#parts.observer.applied(next.summary, plan, failures, published);
    return { plan, failures };
  }

  #unchanged({ findings }: AcceptedDocument): Publication {
    const { generation } = this.#summary;
    return { generation, published: false, steps: [], failures: [], applyMs: 0, findings };
  }

  /**
   * While something is held, publishing the running document is how an operator says that it shall stay; where a part of it was refused at the
   * start, how he says that it is mended. The same words mean something else when a reference in them stands for another value by now.
   */
  async #runsAlready({ document, plant, source }: AcceptedDocument): Promise<boolean> {
    if (this.#holding !== null || documentDigest(document).sha256 !== this.#summary.sha256) return false;
    if (source !== undefined && source.sha256 !== this.#summary.source?.sha256) return false;
    if (hasRefusedParts(await this.#parts.plant())) return false;
    const { steps } = await this.#parts.planner(await this.#content.forPlan(), { document, plant });
    return steps.length === 0;
  }

  async #acceptable(source: PublishSource, { by, demand }: PublishOptions): Promise<AcceptedDocument> {
    try {
      const accepted = await this.#submitted.acceptable(source);
      demand?.(await this.document(), accepted.document);
      return accepted;
    } catch (error) {
      await this.#refused(toGatewayError(error).message, by);
      throw error;
    }
  }

  async #side(side: DiffSide): Promise<NamedContent> {
    if (side !== 'running') return await this.#submitted.side(side);
    return { name: this.#summary.generation, ...(await this.#content.load()) };
  }

  async #refused(reason: string, by: Author): Promise<void> {
    const { authority, observer, logger } = this.#parts;
    observer.refused(reason, by);
    const row = {
      action: 'refused',
      author: by.name,
      via: by.via,
      generation: null,
      message: reason,
      correlationId: by.correlationId,
    } as const;
    await authority.recordAudit(row).catch((error: unknown) => {
      logger.warn(`a refused publish is not in the audit: ${toGatewayError(error).message}`, {
        correlationId: by.correlationId,
      });
    });
  }

  #hold({ generation }: { readonly generation: number }, why: string): void {
    const reason = `generation ${generation} ${why}`;
    if (this.#held?.reason === reason) return;
    this.#held = { authorityGeneration: generation, reason };
    this.#parts.logger.error(reason);
    this.#parts.observer.held(reason);
  }

  #release(): void {
    this.#byHand = false;
    if (!this.#held) return;
    this.#held = undefined;
    this.#parts.observer.held(undefined);
  }
}

function changeOf({ by, expectedRevision }: PublishOptions): Pick<PublishCommand, 'by' | 'expectedRevision'> {
  return { by, ...(expectedRevision !== undefined && { expectedRevision }) };
}
