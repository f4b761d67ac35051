import type { ApplyFailure, Finding } from '@fieldwarden/gateway-contract';
import type { AuthorityLink, Generation, GenerationSummary } from '@fieldwarden/authority';
import type { ApplyPlan, Plant, PlantDocument } from '@fieldwarden/config';

/** What the road of a configuration asks of its neighbours. */

/** The sealed snapshots of one site: `SnapshotStore`. */
export interface SealedStore {
  /** Writes and verifies; nothing runs on it yet. The same content again is no work. */
  seal(generation: Generation): Promise<unknown>;
  /** `CURRENT` moves here, atomically. */
  activate(generation: number): Promise<unknown>;
  /** Verified before it is opened. Rejects with kind `config`, naming the file and the remedy. */
  read(generation: number): Promise<Generation>;
  /** Undefined when nothing was ever sealed. */
  readCurrent(): Promise<Generation | undefined>;
  /** Removes all but the newest `keep`. */
  prune(keep: number): Promise<unknown>;
}

/** The authority as a gateway reaches it. */
export type AuthorityAccess = Pick<
  AuthorityLink,
  'state' | 'read' | 'publish' | 'saveDraft' | 'discardDraft' | 'recordAudit'
>;

/** A document as it comes: text of YAML or JSON, or plain values. */
export type PlantSource = ({ readonly text: string } | { readonly document: unknown }) & {
  /** False: for who asks no module of third parties is loaded, and no file or secret looked at. Default: true. */
  readonly mayConfigure?: boolean;
  /** It is sealed here: what is wrong with one driver or service since costs that one alone. Default: false. */
  readonly ranBefore?: boolean;
};

export interface CheckedPlant {
  /** Both are there if no finding is an error. */
  readonly plant?: Plant;
  readonly document?: PlantDocument;
  readonly findings: readonly Finding[];
  /** Of a document that came as text; there together with `document`. */
  readonly source?: CheckedText;
}

/** A text whose document was checked. */
export interface CheckedText {
  /** As it came, but for names relative to its folder, which are absolute now. */
  readonly text: string;
  /** `textDigest` of the text as it came. */
  readonly sha256: string;
}

/** `text` with the fewest changes by which it says `document`: comments, order and notation stay. */
export type PlantTextEdit = (text: string, document: PlantDocument) => Promise<string>;

/** Validates against schema, rules and driver types; asks modules of third parties. Names are relative to `baseDir`. Never rejects. */
export type PlantCheck = (source: PlantSource, baseDir?: string) => Promise<CheckedPlant>;

/** A generation's content, and the plant that it means here. */
export interface VersionContent {
  readonly document: PlantDocument;
  readonly plant: Plant;
}

/** A generation that runs, or is about to. Immutable; whoever began on one ends on it. */
export interface RunningVersion extends VersionContent {
  readonly summary: GenerationSummary;
  /** The document as people wrote it. */
  readonly text?: string;
}

/** Carries a plan out on what runs. Never rejects: what went wrong is a failure of its step. */
export type Apply = (plan: ApplyPlan, next: RunningVersion) => Promise<readonly ApplyFailure[]>;

/** `planApply` with the driver types of this gateway. What it compares of a large plant it compares in several turns. */
export type Planner = (old: PlannedFrom, next: VersionContent) => Promise<ApplyPlan>;

/** What runs; without its document, steps name what changes and no value. */
export interface PlannedFrom {
  readonly document: PlantDocument | null;
  readonly plant: Plant;
}
