import { useDeferredValue, useEffect, useMemo, useState, type ReactElement } from 'react';
import { useSearch } from 'wouter';
import { counted, formatCount } from '../../format/numbers.js';
import { EmptyState } from '../../parts/empty-state.js';
import { ProblemNote } from '../../parts/problem-note.js';
import type { DirectoryState } from './load-directory.js';
import { TagDetails } from './tag-details.js';
import { TagGrid } from './tag-grid.js';
import { allFolders, foldersAbove, systemFolder, treeRows, type TreeRow } from './tag-tree.js';
import './tags.css';
import { useDirectory } from './use-directory.js';

/** Plants of this size are shown unfolded. */
const unfoldedTags = 40;

export function TagsPage(): ReactElement {
  const state = useDirectory();
  const { directory, problem } = state;
  const query = new URLSearchParams(useSearch());
  const driver = query.get('driver');
  const [text, setText] = useState(query.get('search') ?? '');
  const [selected, setSelected] = useState<string | null>(query.get('path'));
  const searched = useDeferredValue(text);
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set(selected ? foldersAbove(selected) : []));
  const asList = searched.trim() !== '' || driver !== null;
  const rows = useMemo(() => rowsOf(state, searched, driver, toggled), [state, searched, driver, toggled]);
  useUnfolded(state, setToggled);
  const definition = selected === null ? -1 : directory.indexOf(selected);
  return (
    <div className="page tags-page">
      <header>
        <h1>Tags{driver !== null && ` of ${driver}`}</h1>
        <Progress state={state} shown={asList ? rows.length : undefined} />
      </header>
      <input
        className="input wide"
        type="search"
        placeholder="Path, description, driver/device"
        aria-label="Search tags by path, description, driver or device"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {problem && <ProblemNote error={problem} title="The tags could not be loaded" />}
      <div className={definition < 0 ? 'split' : 'split with-details'}>
        <section className="card grid-card" aria-label="List of tags">
          {rows.length > 0 ? (
            <TagGrid
              key={asList ? 'list' : 'tree'}
              directory={directory}
              rows={rows}
              selected={selected}
              asList={asList}
              onSelect={setSelected}
              onToggle={(folder) => setToggled((folders) => toggle(folders, folder))}
            />
          ) : (
            <NoTags state={state} searching={asList} />
          )}
        </section>
        {definition >= 0 && selected !== null && (
          <TagDetails key={selected} tag={directory.at(definition)} onClose={() => setSelected(null)} />
        )}
      </div>
    </div>
  );
}

function rowsOf(
  { directory }: DirectoryState,
  text: string,
  driver: string | null,
  expanded: ReadonlySet<string>,
): readonly TreeRow[] {
  if (text.trim() === '' && driver === null) return treeRows(directory.paths, expanded);
  const ofDriver = driver === null ? undefined : new Set(directory.ofDriver(driver));
  const found = directory.search(text).filter((index) => ofDriver?.has(index) ?? true);
  const isSystem = (index: number): boolean => directory.paths[index].startsWith(systemFolder);
  const plantFirst = [...found.filter((index) => !isSystem(index)), ...found.filter(isSystem)];
  return plantFirst.map((index) => ({ kind: 'tag', index, level: 1 }));
}

function toggle(folders: ReadonlySet<string>, folder: string): ReadonlySet<string> {
  const next = new Set(folders);
  if (!next.delete(folder)) next.add(folder);
  return next;
}

/** Once, when the tags of a small plant are there. */
function useUnfolded({ directory }: DirectoryState, setFolders: (folders: ReadonlySet<string>) => void): void {
  const small = directory.complete && directory.size <= unfoldedTags;
  useEffect(() => {
    if (small) setFolders(allFolders(directory.paths));
  }, [small, directory, setFolders]);
}

interface ProgressProps {
  readonly state: DirectoryState;
  readonly shown: number | undefined;
}

function Progress({ state: { directory }, shown }: ProgressProps): ReactElement {
  const { size, total, complete } = directory;
  if (!complete && size > 0) {
    return (
      <span className="soft" role="status">
        {formatCount(size)} of {counted(total, 'tag')} loaded
      </span>
    );
  }
  return (
    <span className="soft">
      {shown === undefined ? counted(total, 'tag') : `${formatCount(shown)} of ${counted(total, 'tag')}`}
    </span>
  );
}

interface NoTagsProps {
  readonly state: DirectoryState;
  readonly searching: boolean;
}

function NoTags({ state: { directory, problem }, searching }: NoTagsProps): ReactElement {
  if (!directory.complete && !problem) return <EmptyState title="Loading the tags …" />;
  if (searching && directory.size > 0) return <EmptyState title="No tag matches" />;
  return (
    <EmptyState title="No tags yet" command='fieldwarden config publish plant.yaml -m "First tags"'>
      <p>
        Tags belong to devices: add them on the page Configuration, import a table there, or publish a plant document:
      </p>
    </EmptyState>
  );
}
