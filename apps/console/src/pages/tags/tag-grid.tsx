import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { watchedPaths } from '../../live/live.js';
import { FolderLine, TagLine } from './grid-lines.js';
import type { TagDirectory } from './tag-directory.js';
import type { TreeRow } from './tag-tree.js';

interface TagGridProps {
  readonly directory: TagDirectory;
  readonly rows: readonly TreeRow[];
  /** How many Bad tags lie under each folder. */
  readonly badFolders: ReadonlyMap<string, number>;
  /** Path of the tag shown beside the list. */
  readonly selected: string | null;
  /** A list shows whole paths, a tree the last segment. */
  readonly asList: boolean;
  readonly onSelect: (path: string) => void;
  readonly onToggle: (folder: string) => void;
}

const rowHeight = 32;
const overscan = 8;

/** Any number of rows: only those in view are in the document, and only they are watched. */
export function TagGrid({
  directory,
  rows,
  badFolders,
  selected,
  asList,
  onSelect,
  onToggle,
}: TagGridProps): ReactElement {
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const base = useId();
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan,
    // The head stays above the rows.
    scrollPaddingStart: rowHeight,
  });
  const items = virtual.getVirtualItems();
  useWatched(items.flatMap(({ index }) => pathOf(directory, rows[index])));
  const act = (row: TreeRow): void => {
    if (row.kind === 'folder') onToggle(row.folder);
    else onSelect(directory.paths[row.index]);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = nextRow(event.key, active, rows);
    const row = rows[active];
    if (next !== undefined) {
      setActive(next);
      virtual.scrollToIndex(next);
    } else if (row && (event.key === 'Enter' || event.key === ' ' || togglesBy(event.key, row))) act(row);
    else return;
    event.preventDefault();
  };
  return (
    <div
      className="tag-grid"
      role="treegrid"
      aria-label="Tags"
      aria-rowcount={rows.length + 1}
      ref={scroller}
      tabIndex={0}
      aria-activedescendant={rows.length > 0 ? `${base}-${active}` : undefined}
      onKeyDown={onKeyDown}
    >
      <div role="rowgroup" className="head">
        <div role="row" aria-rowindex={1}>
          <span role="columnheader">Tag</span>
          <span role="columnheader" className="number">
            Value
          </span>
          <span role="columnheader">Unit</span>
          <span role="columnheader">Quality</span>
          <span role="columnheader">Source time</span>
        </div>
      </div>
      <div role="rowgroup" className="sizer" style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const row = rows[index];
          if (!row) return null;
          const common = {
            id: `${base}-${index}`,
            rowIndex: index + 2,
            top: start,
            active: index === active,
            onClick: () => {
              setActive(index);
              act(row);
            },
          };
          if (row.kind === 'folder')
            return <FolderLine key={row.folder} row={row} bad={badFolders.get(row.folder) ?? 0} {...common} />;
          const tag = directory.at(row.index);
          return (
            <TagLine
              key={tag.path}
              tag={tag}
              level={row.level}
              asList={asList}
              selected={tag.path === selected}
              {...common}
            />
          );
        })}
      </div>
    </div>
  );
}

function pathOf(directory: TagDirectory, row: TreeRow | undefined): readonly string[] {
  return row?.kind === 'tag' ? [directory.paths[row.index]] : [];
}

function useWatched(paths: readonly string[]): void {
  const key = paths.join('\n');
  useEffect(() => (key === '' ? undefined : watchedPaths.add(key.split('\n'))), [key]);
}

const pageRows = 15;

function nextRow(key: string, active: number, rows: readonly TreeRow[]): number | undefined {
  const last = rows.length - 1;
  const targets: Readonly<Record<string, number>> = {
    ArrowDown: active + 1,
    ArrowUp: active - 1,
    PageDown: active + pageRows,
    PageUp: active - pageRows,
    Home: 0,
    End: last,
  };
  const target = targets[key];
  return target === undefined ? undefined : Math.max(0, Math.min(target, last));
}

function togglesBy(key: string, row: TreeRow): boolean {
  return row.kind === 'folder' && ((key === 'ArrowRight' && !row.expanded) || (key === 'ArrowLeft' && row.expanded));
}
