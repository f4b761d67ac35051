import { useId, useMemo, useState, type KeyboardEvent, type ReactElement } from 'react';
import { useDirectory } from '../tags/use-directory.js';
import { maxPens } from './trend-view.js';

interface PenPickerProps {
  readonly taken: readonly string[];
  readonly onPick: (path: string) => void;
}

/** More than fit below a field. */
const shownMatches = 12;

/** Finds a tag by any words of its path, description or device, and adds it: with the mouse, or arrows and Enter. */
export function PenPicker({ taken, onPick }: PenPickerProps): ReactElement {
  const { directory } = useDirectory();
  const [text, setText] = useState('');
  const [marked, setMarked] = useState(0);
  const listId = useId();
  const full = taken.length >= maxPens;
  const matches = useMemo(() => {
    if (text.trim() === '') return [];
    const found = directory.search(text).map((index) => directory.at(index));
    return found.filter(({ path }) => !taken.includes(path)).slice(0, shownMatches);
  }, [text, directory, directory.size, taken]);
  const pick = (path: string | undefined): void => {
    if (path === undefined) return;
    onPick(path);
    setText('');
    setMarked(0);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && matches.length > 0) {
      event.preventDefault();
      setMarked((marked + step + matches.length) % matches.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      pick(matches[marked]?.path);
    } else if (event.key === 'Escape') setText('');
  };
  return (
    <div className="pen-picker">
      <input
        className="input"
        type="search"
        role="combobox"
        aria-label="Add a tag to the trend"
        aria-expanded={matches.length > 0}
        aria-controls={listId}
        aria-activedescendant={matches.length > 0 ? `${listId}-${marked}` : undefined}
        autoComplete="off"
        placeholder={full ? `${maxPens} pens are the most` : 'Add a tag: any words of its path'}
        disabled={full}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setMarked(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul className="matches" id={listId} role="listbox" aria-label="Tags found" hidden={matches.length === 0}>
        {matches.map(({ path, unit, description }, index) => (
          <li
            key={path}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === marked}
            onMouseDown={(event) => {
              event.preventDefault();
              pick(path);
            }}
          >
            <span className="mono">{path}</span> <span className="soft">{unit ?? description}</span>
          </li>
        ))}
      </ul>
      {text.trim() !== '' && matches.length === 0 && (
        <p className="soft" role="status">
          {directory.complete ? 'No other tag has all these words' : 'The list of tags is still loading …'}
        </p>
      )}
    </div>
  );
}
