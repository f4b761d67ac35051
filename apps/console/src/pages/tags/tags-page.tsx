import { useDeferredValue, useEffect, useMemo, useState, type ReactElement } from 'react';
import { useSearch } from 'wouter';
import { counted, formatCount } from '../../format/numbers.js';
import { EmptyState } from '../../parts/empty-state.js';
import { ProblemNote } from '../../parts/problem-note.js';
import type { DirectoryState } from './load-directory.js';
import { TagDetails } from './tag-details.js';
import { TagGrid } from './tag-grid.js';
import { isFiltered, shownRows } from './shown-rows.js';
import { allFolders, foldersAbove } from './tag-tree.js';
import './tags.css';
import { useBadFolders, useBadTags } from './use-bad-tags.js';
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
  const [onlyBad, setOnlyBad] = useState(query.get('bad') === 'true');
  const bad = useBadTags(onlyBad);
  const badFolders = useBadFolders();
  const filter = useMemo(
    () => ({ text: searched, driver, badPaths: onlyBad ? (bad?.paths ?? []) : undefined }),
    [searched, driver, onlyBad, bad],
  );
  const asList = isFiltered(filter, onlyBad);
  const rows = useMemo(() => shownRows(state.directory, filter, toggled), [state, filter, toggled]);
  useUnfolded(state, setToggled);
  const definition = selected === null ? -1 : directory.indexOf(selected);
  return (
    <div className="page tags-page">
      <header>
        <h1>Tags{driver !== null && ` of ${driver}`}</h1>
        <Progress state={state} shown={asList ? rows.length : undefined} />
      </header>
      <div className="toolbar">
        <input
          className="input grow"
          type="search"
          placeholder="Path, description, driver/device"
          aria-label="Search tags by path, description, driver or device"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <label className="check">
          <input type="checkbox" checked={onlyBad} onChange={(event) => setOnlyBad(event.target.checked)} />
          Only Bad
        </label>
        {bad && bad.total > bad.paths.length && (
          <span className="soft">
            The first {formatCount(bad.paths.length)} of {counted(bad.total, 'Bad tag')}.
          </span>
        )}
      </div>
      {problem && <ProblemNote error={problem} title="The tags could not be loaded" />}
      <div className={definition < 0 ? 'split' : 'split with-details'}>
        <section className="card grid-card" aria-label="List of tags">
          {rows.length > 0 ? (
            <TagGrid
              key={asList ? 'list' : 'tree'}
              directory={directory}
              rows={rows}
              badFolders={badFolders}
              selected={selected}
              asList={asList}
              onSelect={setSelected}
              onToggle={(folder) => setToggled((folders) => toggle(folders, folder))}
            />
          ) : (
            <NoTags
              state={state}
              searching={asList}
              loadingBad={onlyBad && !bad}
              onlyBad={onlyBad && !filter.text.trim()}
            />
          )}
        </section>
        {definition >= 0 && selected !== null && (
          <TagDetails key={selected} tag={directory.at(definition)} onClose={() => setSelected(null)} />
        )}
      </div>
    </div>
  );
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
  readonly loadingBad: boolean;
  /** Nothing but that filters. */
  readonly onlyBad: boolean;
}

function NoTags({ state: { directory, problem }, searching, loadingBad, onlyBad }: NoTagsProps): ReactElement {
  if ((!directory.complete && !problem) || loadingBad) return <EmptyState title="Loading the tags …" />;
  if (onlyBad && directory.size > 0) return <EmptyState title="No tag is Bad" />;
  if (searching && directory.size > 0) return <EmptyState title="No tag matches" />;
  return (
    <EmptyState title="No tags yet" command='fieldwarden config publish plant.yaml -m "First tags"'>
      <p>
        Tags belong to devices: add them on the page Configuration, import a table there, or publish a plant document:
      </p>
    </EmptyState>
  );
}
