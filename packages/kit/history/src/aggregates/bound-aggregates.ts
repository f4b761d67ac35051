import { isBad, statusCodes } from '@fieldwarden/core';
import { codeOf } from './aggregate-status.js';
import { noData, type Cell, type IntervalView } from './interval-view.js';
import { calculated } from './value-aggregates.js';

/** 10000-13, 5.4.3.28. */
export function startBound({ bounds, startMs }: IntervalView): Cell {
  const { status, value } = bounds.simple(startMs);
  return isBad(status) ? noData : { status, value };
}

/** 10000-13, 5.4.3.29: always calculated. */
export function endBound({ bounds, endMs, hasData }: IntervalView): Cell {
  const { status, value } = bounds.simple(endMs);
  if (!isBad(status)) return calculated(codeOf(status), value);
  return hasData ? calculated(statusCodes.BadNoData, null) : noData;
}

/** 10000-13, 5.4.3.4. */
export function interpolative({ bounds, startMs }: IntervalView): Cell {
  const { status, value } = bounds.interpolated(startMs);
  return isBad(status) ? noData : { status, value };
}
