import type { ReactElement } from 'react';
import { isoTimeOf, localTimeOf } from '../format/local-time.js';
import './moment.css';

interface MomentProps {
  readonly label: string;
  /** ISO-8601, or empty. */
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Asks for a date and a time of day, local, to the minute. */
export function Moment({ label, value, onChange }: MomentProps): ReactElement {
  return (
    <label className="moment">
      {label}
      <input
        className="input"
        type="datetime-local"
        value={localTimeOf(value)}
        onChange={(event) => onChange(isoTimeOf(event.target.value))}
      />
    </label>
  );
}
