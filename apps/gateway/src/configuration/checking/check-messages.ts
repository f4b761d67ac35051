import type { DocumentDigest, PlantDriver } from '@fieldwarden/config';
import type { CheckedPlant } from '@fieldwarden/generations';

/**
 * What the gateway and the thread that checks large documents say to each other, one job at a time. Documents travel driver by driver, so
 * that the gateway never copies more than one of them at a stretch.
 */
export type ToThread =
  /** Begins a job and is the whole of it; answered by `checked`. */
  | { readonly type: 'text'; readonly text: string; readonly baseDir: string }
  /** Begins a job: the document with an empty list of drivers, which follow. */
  | { readonly type: 'document'; readonly shell: object; readonly baseDir: string }
  | { readonly type: 'driver'; readonly driver: unknown }
  /** All drivers have been sent; answered by `checked`. */
  | { readonly type: 'check' }
  /** All drivers have been sent; answered by `edited`. */
  | { readonly type: 'edit'; readonly text: string }
  /** After `checked`; answered by `driver`. `plant`: false if the gateway has what is meant already. */
  | { readonly type: 'fetch'; readonly index: number; readonly plant: boolean };

export type FromThread = ThreadChecked | ThreadDriver | ThreadEdited;

export interface ThreadChecked {
  readonly type: 'checked';
  readonly findings: CheckedPlant['findings'];
  /** Undefined if a finding is an error. */
  readonly content?: ThreadContent;
}

export interface ThreadContent {
  /** Both with an empty list of drivers. */
  readonly document: NonNullable<CheckedPlant['document']>;
  readonly plant: NonNullable<CheckedPlant['plant']>;
  readonly digest: DocumentDigest;
  /** Of a document that came as text. */
  readonly source?: ThreadSource;
  /** In the order of the document. */
  readonly drivers: readonly ThreadDriverRow[];
}

export interface ThreadSource {
  readonly sha256: string;
  /** Where names in it were made absolute; else it is the text as it came. */
  readonly text?: string;
}

/** `text` changed so that it says the document. */
export interface ThreadEdited {
  readonly type: 'edited';
  readonly text: string;
}

export interface ThreadDriverRow {
  readonly id: string;
  /** Of the driver as it is meant, secrets included: equal ones are the same to the last byte. */
  readonly sha256: string;
}

export interface ThreadDriver {
  readonly type: 'driver';
  readonly document: NonNullable<NonNullable<CheckedPlant['document']>['drivers']>[number];
  readonly plant?: PlantDriver;
}
