import type {
  DocumentDigest,
  DocumentPlace,
  PlantDriver,
  TagImportRequest,
  TextImport,
  ThirdPartyModule,
} from '@fieldwarden/config';
import type { CheckedPlant } from '@fieldwarden/generations';

/**
 * What the gateway and the process that checks documents say to each other, one job at a time. Texts travel in parts and documents driver by
 * driver, so that the gateway never copies more than one of them at a stretch.
 */
export type ToChecker =
  | { readonly type: 'text-part'; readonly part: string }
  /** The whole text has been sent; answered by `checked`. */
  | { readonly type: 'check-text'; readonly place: DocumentPlace }
  /** The document has been sent as text, the table after it; answered by `imported`. */
  | {
      readonly type: 'import';
      readonly place: DocumentPlace;
      readonly textLength: number;
      readonly request: ImportWithoutTable;
    }
  /** Begins a job: the document with an empty list of drivers, which follow. */
  | { readonly type: 'document'; readonly shell: object; readonly place: DocumentPlace }
  | { readonly type: 'driver'; readonly driver: unknown }
  /** All drivers have been sent; answered by `checked`. */
  | { readonly type: 'check' }
  /** All drivers have been sent, and a text; answered by `edited`. */
  | { readonly type: 'edit' }
  /** After `checked`; answered by `driver`. `plant`: false if the gateway has what is meant already. */
  | { readonly type: 'fetch'; readonly index: number; readonly plant: boolean };

export type ImportWithoutTable = Omit<TagImportRequest, 'table'>;

export type FromChecker = Checked | CheckedDriver | Imported | Edited;

/** The text, changed so that it says the document. */
export interface Edited {
  readonly type: 'edited';
  readonly text: string;
}

export interface Imported {
  readonly type: 'imported';
  readonly outcome: TextImport;
}

export interface Checked {
  readonly type: 'checked';
  readonly findings: CheckedPlant['findings'];
  /** Third parties' that were asked. */
  readonly modules: readonly ThirdPartyModule[];
  /** Undefined if a finding is an error. */
  readonly content?: CheckedContent;
}

export interface CheckedContent {
  /** Both with an empty list of drivers, where there is one. */
  readonly document: NonNullable<CheckedPlant['document']>;
  readonly plant: NonNullable<CheckedPlant['plant']>;
  readonly digest: DocumentDigest;
  /** Of a document that came as text. */
  readonly source?: CheckedSource;
  /** What references stood for. */
  readonly secrets: readonly string[];
  /** In the order of the document. */
  readonly drivers: readonly CheckedDriverRow[];
}

export interface CheckedSource {
  readonly sha256: string;
  /** Where names in it were made absolute; else it is the text as it came. */
  readonly text?: string;
}

export interface CheckedDriverRow {
  readonly id: string;
  /** Of the driver as it is meant, secrets included: equal ones are the same to the last byte. */
  readonly sha256: string;
}

export interface CheckedDriver {
  readonly type: 'driver';
  readonly document: NonNullable<NonNullable<CheckedPlant['document']>['drivers']>[number];
  readonly plant?: PlantDriver;
}
