import type { HistoryTags, TagHistory, Trends } from '@fieldwarden/admin-contract';
import type { HistoryControl, StoredHistoryQuery, TrendsQuery } from '../control/history-control.js';

/** Notes what is asked of the store of history, and answers what a test says. By default it has nothing. */
export class FakeHistoryControl implements HistoryControl {
  readonly asked: { readonly path: string; readonly query: StoredHistoryQuery }[] = [];
  readonly trendsAsked: TrendsQuery[] = [];
  /** Paths with what is kept of them, in pages. */
  readonly kept = new Map<string, readonly TagHistory['points'][]>();

  has(path: string): Promise<boolean> {
    return Promise.resolve(this.kept.has(path));
  }

  page(path: string, query: StoredHistoryQuery): Promise<TagHistory> {
    this.asked.push({ path, query });
    const pages = this.kept.get(path) ?? [[]];
    const at = Number(query.cursor ?? 0);
    const points = pages[at] ?? [];
    const next = at + 1 < pages.length ? String(at + 1) : null;
    const keptFrom = pages[0].at(0)?.sourceAt ?? null;
    return Promise.resolve({
      schema: 'fieldwarden/tag-history@1',
      path,
      source: 'store',
      dataType: 'float64',
      keptFrom,
      points,
      next,
    });
  }

  trends(query: TrendsQuery): Promise<Trends> {
    this.trendsAsked.push(query);
    const [from, to] = [new Date(query.fromMs ?? 0).toISOString(), new Date(query.toMs ?? 1).toISOString()];
    const series = query.paths.map((path) => ({
      path,
      unit: null,
      type: 'float64',
      stepped: false,
      before: null,
      points: [],
    }));
    return Promise.resolve({ schema: 'fieldwarden/trends@1', from, to, buckets: query.buckets, series });
  }

  paths(): Promise<HistoryTags> {
    const paths = [...this.kept.keys()].sort();
    return Promise.resolve({ schema: 'fieldwarden/history-tags@1', paths, total: paths.length, next: null });
  }
}
