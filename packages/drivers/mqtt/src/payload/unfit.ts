import { statusCodes, type StatusCode } from '@fieldwarden/core';

/** Why a payload gives no value: a result, not an exception, since a broker may send nothing else for hours. */
export class Unfit {
  readonly status: StatusCode;

  constructor(status: StatusCode) {
    this.status = status;
  }
}

/** The payload is not what it should be. */
export const undecodable = new Unfit(statusCodes.BadDecodingError);
/** It is understood, and holds something of another type. */
export const wrongType = new Unfit(statusCodes.BadTypeMismatch);
/** A number beyond the tag's type. */
export const outOfRange = new Unfit(statusCodes.BadOutOfRange);
/** It is understood, and holds nothing there. */
export const nothingThere = new Unfit(statusCodes.BadNoData);
