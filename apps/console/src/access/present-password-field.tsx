import type { ReactElement } from 'react';

interface PresentPasswordFieldProps {
  readonly label: string;
  readonly value: string;
  readonly autoFocus?: boolean;
  readonly onChange: (value: string) => void;
}

/** The password that an account has now; the browser may fill it in. */
export function PresentPasswordField({ label, value, autoFocus, onChange }: PresentPasswordFieldProps): ReactElement {
  return (
    <label className="field">
      {label}
      <input
        className="input wide"
        type="password"
        autoComplete="current-password"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        required
        autoFocus={autoFocus}
      />
    </label>
  );
}
