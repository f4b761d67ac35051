import { useState, type ReactElement } from 'react';
import { useMay } from '../../../access/use-may.js';
import { tagValues } from '../../../live/live.js';
import { editableTagValue, parseTagInput } from '../../../format/tag-value.js';
import { Button } from '../../../parts/button.js';
import type { KnownTag } from '../tag-directory.js';
import { WriteDialog } from './write-dialog.js';

/** What to write, checked for its type; the dialog does the rest. */
export function WriteForm({ tag }: { readonly tag: KnownTag }): ReactElement {
  const may = useMay('write', tag.path);
  const [text, setText] = useState(() => presentText(tag));
  const [problem, setProblem] = useState<string>();
  const [value, setValue] = useState<{ readonly value: unknown }>();
  const ask = (): void => {
    const parsed = parseTagInput(text, tag.dataType);
    if ('problem' in parsed) return setProblem(`${tag.dataType} is ${parsed.problem}`);
    setProblem(undefined);
    setValue(parsed);
  };
  return (
    <form
      className="write"
      onSubmit={(event) => {
        event.preventDefault();
        ask();
      }}
    >
      <label className="field">
        New value{tag.unit && `, ${tag.unit}`}
        {tag.dataType === 'bool' ? (
          <select className="select" value={text} onChange={(event) => setText(event.target.value)}>
            <option>true</option>
            <option>false</option>
          </select>
        ) : (
          <input
            className="input wide"
            value={text}
            aria-invalid={problem !== undefined}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </label>
      <Button type="submit" may={may}>
        Write …
      </Button>
      {!may.allowed && <p className="soft">{may.reason}</p>}
      {problem && <p role="alert">{problem}</p>}
      {value && <WriteDialog tag={tag} value={value.value} onClose={() => setValue(undefined)} />}
    </form>
  );
}

/** For a bool the opposite of what it is: that is why one writes it. */
function presentText({ path, dataType }: KnownTag): string {
  const present = tagValues.get(path)?.value;
  if (dataType === 'bool') return present === true ? 'false' : 'true';
  return editableTagValue(present, dataType);
}
