import type { AuditRow } from '@fieldwarden/admin-contract';
import type { ReactElement } from 'react';
import { formatAbsolute } from '../../format/times.js';
import { Badge } from '../../parts/badge.js';
import { Icon } from '../../parts/icon.js';
import { outcomeLooks, valueText } from './audit-text.js';

export function AuditTable({ rows }: { readonly rows: readonly AuditRow[] }): ReactElement {
  return (
    <div className="table-scroll">
      <table className="table audit">
        <thead>
          <tr>
            <th scope="col" className="number medium-only">
              No.
            </th>
            <th scope="col">When</th>
            <th scope="col">Who</th>
            <th scope="col">What</th>
            <th scope="col">Before and after</th>
            <th scope="col">Outcome</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.seq} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ row }: { readonly row: AuditRow }): ReactElement {
  const { seq, at, user, via, action, subject, outcome, reason, correlationId } = row;
  return (
    <tr title={`correlation id ${correlationId}`}>
      <td className="number soft medium-only">{seq}</td>
      <td>
        <Moment at={at} />
      </td>
      <td>
        <div className="whose">
          <strong>{user}</strong>
          <span className="soft nowrap">by {via}</span>
        </div>
      </td>
      <td>
        <div className="whose">
          <span>{action}</span>
          <span className="soft">{subject}</span>
        </div>
      </td>
      <td>
        <Change row={row} />
      </td>
      <td>
        <div className="whose">
          <Badge word={outcome} {...outcomeLooks[outcome]} />
          {reason !== null && <span className="soft">{reason}</span>}
        </div>
      </td>
    </tr>
  );
}

/** To the second: rows are compared with each other, and with a log. */
function Moment({ at }: { readonly at: string }): ReactElement {
  const text = formatAbsolute(Date.parse(at));
  const [date, time] = text.split(' ');
  return (
    <time className="whose nowrap" dateTime={at} title={text}>
      <span>{time.slice(0, 8)}</span>
      <span className="soft">{date}</span>
    </time>
  );
}

function Change({ row: { before, after } }: { readonly row: AuditRow }): ReactElement | null {
  const [old, next] = [valueText(before), valueText(after)];
  if (old === null && next === null) return null;
  return (
    <span className="change mono">
      {old !== null && <Value text={old} />} <Icon name="right" />
      <span className="visually-hidden">to</span>{' '}
      {next === null ? <em className="soft">gone</em> : <Value text={next} />}
    </span>
  );
}

const shownCharacters = 160;

function Value({ text }: { readonly text: string }): ReactElement {
  if (text.length <= shownCharacters) return <span>{text}</span>;
  return <span title={text}>{text.slice(0, shownCharacters)}…</span>;
}
