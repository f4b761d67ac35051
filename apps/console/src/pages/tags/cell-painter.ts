import { formatAbsolute, formatDuration, formatRelative } from '../../format/times.js';
import { formatTagValue } from '../../format/tag-value.js';
import { qualityMarks, qualityOf } from '../../format/quality.js';
import type { LiveValue } from '../../live/tag-values.js';

/** The three elements of a row that change many times a second. */
export interface LiveCells {
  readonly value: HTMLElement;
  readonly quality: HTMLElement;
  readonly time: HTMLElement;
}

export interface PaintContext {
  readonly dataType: string;
  readonly nowMs: number;
  /** The stream is there: what is shown is current. */
  readonly current: boolean;
}

/** Writes into the page past React: only what differs touches the document. */
export function paintCells(cells: LiveCells, live: LiveValue | undefined, context: PaintContext): void {
  if (!live) return paintNothing(cells);
  const quality = context.current ? qualityOf(live.statusCode) : 'stale';
  setText(cells.value, formatTagValue(live.value, context.dataType));
  setText(cells.quality, qualityWords(live, context));
  setText(cells.time, live.sourceAtMs === null ? '–' : formatRelative(live.sourceAtMs, context.nowMs));
  setAttribute(cells.value, 'data-quality', quality);
  setAttribute(cells.quality, 'data-quality', quality);
  setAttribute(cells.time, 'title', live.sourceAtMs === null ? '' : formatAbsolute(live.sourceAtMs));
}

function qualityWords(live: LiveValue, { current, nowMs }: PaintContext): string {
  if (!current) return `not current, ${formatDuration(Math.max(1_000, nowMs - live.heardAtMs))} old`;
  return `${qualityMarks[qualityOf(live.statusCode)]} ${live.status}`;
}

function paintNothing(cells: LiveCells): void {
  setText(cells.value, '…');
  setText(cells.quality, 'asking');
  setText(cells.time, '');
  setAttribute(cells.value, 'data-quality', 'stale');
  setAttribute(cells.quality, 'data-quality', 'stale');
}

function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

function setAttribute(element: HTMLElement, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
