import { useLayoutEffect, useRef, type RefObject } from 'react';
import { connection, tagValues } from '../../live/live.js';
import { everySecond } from '../../parts/now.js';
import { browserClock } from '../../platform/browser-clock.js';
import { paintCells } from './cell-painter.js';

export interface LiveCellRefs {
  readonly value: RefObject<HTMLSpanElement | null>;
  readonly quality: RefObject<HTMLSpanElement | null>;
  readonly time: RefObject<HTMLSpanElement | null>;
}

/** Keeps three elements painted with the live value of one tag: at every change, and every second for the age. */
export function useLiveCells(path: string, dataType: string): LiveCellRefs {
  const value = useRef<HTMLSpanElement>(null);
  const quality = useRef<HTMLSpanElement>(null);
  const time = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const paint = (): void => {
      if (!value.current || !quality.current || !time.current) return;
      const cells = { value: value.current, quality: quality.current, time: time.current };
      const current = connection.state.get().phase === 'live';
      paintCells(cells, tagValues.get(path), { dataType, nowMs: browserClock.now(), current });
    };
    paint();
    const ends = [tagValues.follow(path, paint), everySecond(paint), connection.state.subscribe(paint)];
    return () => ends.forEach((end) => end());
  }, [path, dataType]);
  return { value, quality, time };
}
