import type { CsvImportAnswer } from '@fieldwarden/admin-contract';
import { useState, type ReactElement } from 'react';
import { importCsv, type TableImportMode } from '../../api/config-requests.js';
import { counted } from '../../format/numbers.js';
import { Button } from '../../parts/button.js';
import { Dialog } from '../../parts/dialog.js';
import { Note, ProblemNote } from '../../parts/problem-note.js';
import { toast } from '../../parts/toasts.js';
import { useAttempt } from '../../parts/use-attempt.js';
import { draftBuffer } from './draft-buffer.js';
import { SeverityBadge } from './findings-list.js';

/** A tag table into the text in the editor: all rows, or none and every reason. */
export function ImportDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const [answer, setAnswer] = useState<CsvImportAnswer>();
  const { busy, error, run } = useAttempt();
  const [mode, setMode] = useState<TableImportMode>('merge');
  const take = async (file: File): Promise<void> => {
    setAnswer(undefined);
    const result = await importCsv(await file.text(), draftBuffer.get().text ?? '', mode);
    if (result.text === null) return setAnswer(result);
    const { text } = result;
    draftBuffer.update((buffer) => ({ ...buffer, text }));
    toast('good', `${counted(result.rows, 'row')} of ${file.name} are in the draft; nothing is published yet`);
    onClose();
  };
  return (
    <Dialog title="Import tags from CSV" wide onClose={onClose}>
      <p>
        A table with a line of names, one row per tag, for drivers and devices that the draft has. All rows are taken,
        or none. The table that Generations exports has the right columns.
      </p>
      <label className="check">
        <input
          type="checkbox"
          checked={mode === 'replace'}
          onChange={(event) => setMode(event.target.checked ? 'replace' : 'merge')}
        />
        Take tags that the table does not name out of the devices that it names
      </label>
      <label className="field">
        File
        <input
          className="input wide"
          type="file"
          accept=".csv,text/csv"
          disabled={busy}
          onChange={(event) => {
            const file = event.target.files?.[0];
            if (file) void run(() => take(file));
          }}
        />
      </label>
      {busy && <p className="soft">Reading the table …</p>}
      {error && <ProblemNote error={error} title="The table was not taken" />}
      {answer && <Refused answer={answer} />}
      <div className="buttons">
        <Button onClick={onClose}>Close</Button>
      </div>
    </Dialog>
  );
}

const shownFindings = 100;

function Refused({ answer: { rows, findings } }: { readonly answer: CsvImportAnswer }): ReactElement {
  return (
    <>
      <Note tone="fault" icon="fault" title={`None of the ${counted(rows, 'row')} was taken`} role="alert">
        <p className="detail">{counted(findings.length, 'finding')}:</p>
      </Note>
      <ul className="findings">
        {findings.slice(0, shownFindings).map(({ path, rule, message, severity }, index) => (
          <li key={`${path} ${rule} ${index}`}>
            <SeverityBadge severity={severity} /> <span className="soft mono">{path}</span> {message}
          </li>
        ))}
      </ul>
    </>
  );
}
