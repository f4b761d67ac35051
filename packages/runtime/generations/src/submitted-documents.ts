import type { ComparedDocument, Finding } from '@fieldwarden/gateway-contract';
import type { Generation } from '@fieldwarden/authority';
import { DocumentRefused, generationUnknown, noDraft } from './generation-errors.js';
import type {
  AuthorityAccess,
  CheckedPlant,
  CheckedText,
  PlantCheck,
  PlantSource,
  SealedStore,
  VersionContent,
} from './ports.js';

export interface SubmittedDocumentsDependencies {
  readonly site: string;
  readonly snapshots: Pick<SealedStore, 'read'>;
  readonly authority: AuthorityAccess;
  readonly check: PlantCheck;
}

/** A document that comes with the request, or the draft. */
export type PublishSource = PlantSource | 'draft';

/** What may be compared. */
export type DiffSide = number | 'running' | PublishSource;

/** `valid`: no finding is an error. */
export interface Validity {
  readonly valid: boolean;
  readonly findings: readonly Finding[];
}

export interface AcceptedDocument extends VersionContent {
  /** Warnings. */
  readonly findings: readonly Finding[];
  /** Of one that came as text. */
  readonly source?: CheckedText;
}

export interface NamedContent extends VersionContent {
  readonly name: ComparedDocument;
}

/** From what somebody names or sends to a document that this gateway could run. */
export class SubmittedDocuments {
  readonly #parts: SubmittedDocumentsDependencies;

  constructor(parts: SubmittedDocumentsDependencies) {
    this.#parts = parts;
  }

  async check(source: PublishSource): Promise<CheckedPlant> {
    const checked = await this.#parts.check(await this.#sourceOf(source));
    const { site } = this.#parts;
    if (!checked.document || checked.document.site === site) return checked;
    const message = `this gateway serves site ${site}; another site needs a gateway with a home of its own`;
    return { findings: [...checked.findings, { path: 'site', rule: 'site-fixed', message, severity: 'error' }] };
  }

  /** Rejects with DOCUMENT_REFUSED and all findings. */
  async acceptable(source: PublishSource, name = nameOf(source)): Promise<AcceptedDocument> {
    const { document, plant, findings, source: text } = await this.check(source);
    if (document && plant) return { document, plant, findings, ...(text && { source: text }) };
    throw new DocumentRefused(name, findings);
  }

  async side(side: Exclude<DiffSide, 'running'>): Promise<NamedContent> {
    if (typeof side !== 'number') {
      const { document, plant } = await this.acceptable(side);
      return { name: side === 'draft' ? 'draft' : 'document', document, plant };
    }
    const { document } = await this.generation(side);
    return { name: side, ...(await this.acceptable({ document }, `generation ${side}`)) };
  }

  /** From the authority; from its snapshot here while the authority is away. Rejects with GENERATION_UNKNOWN. */
  async generation(number: number): Promise<Generation> {
    const { authority, snapshots } = this.#parts;
    const found = authority.state.reachable
      ? await authority.read((site) => site.generation(number))
      : await snapshots.read(number);
    if (!found) throw generationUnknown(number);
    return found;
  }

  async #sourceOf(source: PublishSource): Promise<PlantSource> {
    if (source !== 'draft') return source;
    const { text } = await this.#parts.authority.read((site) => site.draft());
    if (text === null) throw noDraft();
    return { text };
  }
}

function nameOf(source: PublishSource): string {
  return source === 'draft' ? 'the draft' : 'the document';
}
