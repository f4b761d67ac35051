import { useId, type ReactElement } from 'react';
import { Icon } from '../parts/icon.js';
import { passwordRules } from './password-rules.js';

export interface NewPassword {
  readonly password: string;
  readonly again: string;
}

export const noPassword: NewPassword = { password: '', again: '' };

/** Typed twice alike, and within the rules that can be told here. */
export function isComplete({ password, again }: NewPassword, name: string): boolean {
  return password === again && passwordRules(password, name).every(({ kept }) => kept);
}

interface NewPasswordFieldsProps {
  readonly value: NewPassword;
  /** Of the account. */
  readonly name: string;
  readonly label?: string;
  readonly onChange: (value: NewPassword) => void;
}

/** A new password twice, with its rules, each of which says whether it is kept. */
export function NewPasswordFields({ value, name, label = 'Password', onChange }: NewPasswordFieldsProps): ReactElement {
  const rulesId = useId();
  const { password, again } = value;
  const rules = [
    ...passwordRules(password, name),
    { text: 'typed twice alike', kept: password !== '' && password === again },
  ];
  return (
    <>
      <label className="field">
        {label}
        <input
          className="input wide"
          type="password"
          autoComplete="new-password"
          aria-describedby={rulesId}
          value={password}
          onChange={(event) => onChange({ password: event.target.value, again })}
          required
        />
      </label>
      <label className="field">
        {label}, again
        <input
          className="input wide"
          type="password"
          autoComplete="new-password"
          value={again}
          onChange={(event) => onChange({ password, again: event.target.value })}
          required
        />
      </label>
      <ul className="rules" id={rulesId} aria-label="Rules for the password">
        {rules.map(({ text, kept }) => (
          <li key={text} className={kept ? 'kept' : 'open'}>
            <Icon name={kept ? 'check' : 'open'} />
            {text}
            <span className="visually-hidden">{kept ? ', done' : ', not yet'}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
