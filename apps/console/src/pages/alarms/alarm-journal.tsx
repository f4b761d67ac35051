import type { AlarmJournalRow } from '@fieldwarden/admin-contract';
import { useEffect, useState, type ReactElement } from 'react';
import { alarmJournal, alarmsResource } from '../../api/alarm-requests.js';
import { ApiError } from '../../api/api-error.js';
import { formatTagValue } from '../../format/tag-value.js';
import { formatAbsolute } from '../../format/times.js';
import { Button } from '../../parts/button.js';
import { EmptyState } from '../../parts/empty-state.js';
import { ProblemNote } from '../../parts/problem-note.js';
import { useStore } from '../../state/store.js';

/** Every transition, the newest first. */
export function AlarmJournal(): ReactElement {
  const { data } = useStore(alarmsResource);
  const [rows, setRows] = useState<readonly AlarmJournalRow[]>();
  const [next, setNext] = useState<string | null>(null);
  const [problem, setProblem] = useState<ApiError>();
  useEffect(() => {
    let gone = false;
    alarmJournal().then(
      (page) => {
        if (gone) return;
        setRows(page.rows);
        setNext(page.next);
        setProblem(undefined);
      },
      (error: unknown) => {
        if (!gone) setProblem(ApiError.of(error));
      },
    );
    return () => {
      gone = true;
    };
    // Whatever changes an alarm has a row here.
  }, [data]);
  const older = async (cursor: string): Promise<void> => {
    try {
      const page = await alarmJournal(cursor);
      setRows((known) => [...(known ?? []), ...page.rows]);
      setNext(page.next);
    } catch (error) {
      setProblem(ApiError.of(error));
    }
  };
  return (
    <>
      {problem && <ProblemNote error={problem} title="The journal could not be read" />}
      {!rows && !problem && <EmptyState title="Loading the journal …" />}
      {rows?.length === 0 && (
        <EmptyState title="Nothing has happened yet">
          <p>Every alarm that comes, goes, is seen, shelved or commented stands here, with value and name.</p>
        </EmptyState>
      )}
      {rows && rows.length > 0 && <JournalTable rows={rows} />}
      {next !== null && (
        <div className="toolbar">
          <Button onClick={() => void older(next)}>Older rows</Button>
        </div>
      )}
    </>
  );
}

function JournalTable({ rows }: { readonly rows: readonly AlarmJournalRow[] }): ReactElement {
  return (
    <div className="table-scroll">
      <table className="table alarms">
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">What</th>
            <th scope="col">Alarm</th>
            <th scope="col" className="number">
              Value
            </th>
            <th scope="col">Who</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ seq, at, id, message, transition, value, quality, user, note, priority }) => (
            <tr key={seq}>
              <td className="nowrap" title={at}>
                {formatAbsolute(Date.parse(at)).slice(0, 23)}
              </td>
              <td>{transition}</td>
              <td>
                {message} <span className="soft">{`${id}, ${priority}`}</span>
              </td>
              <td className="number">
                {value === null ? '–' : formatTagValue(value)}
                {quality !== null && quality !== 'Good' && <div className="soft">{quality}</div>}
              </td>
              <td>
                {user ?? <span className="soft">–</span>}
                {note !== null && note !== '' && <div className="soft">“{note}”</div>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
