/** What is to be said about one place of a plant document. A document with an `error` is not published. */
export interface Finding {
  /** Where in the document: `drivers[0].devices[1].tags[4].address`. */
  readonly path: string;
  /** Stable name of the rule: `tag-path-unique`. */
  readonly rule: string;
  readonly message: string;
  readonly severity: 'error' | 'warning';
  /** Where in the text, counted from 1; only when a text was validated. */
  readonly line?: number;
  readonly column?: number;
}
