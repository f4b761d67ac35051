import { statusCodes } from '@fieldwarden/core';
import type { ExpressionInputs } from '@fieldwarden/expressions';
import type { TagSource } from '@fieldwarden/service';
import type { Calculation, InputSource } from './calculation.js';

/** A tag that is not calculated here, and who reads it. */
export class TagInput implements InputSource {
  readonly path: string;
  readonly dependents: Calculation[] = [];
  /** Undefined while there is no such tag. */
  handle: number | undefined;
  readonly #tags: TagSource;

  constructor(path: string, tags: TagSource) {
    this.path = path;
    this.#tags = tags;
  }

  fill(inputs: ExpressionInputs, index: number): void {
    const { handle } = this;
    if (handle === undefined) inputs.set(index, null, statusCodes.BadNodeIdUnknown, 0);
    else inputs.set(index, this.#tags.value(handle), this.#tags.status(handle), this.#tags.sourceAtMs(handle));
  }
}
