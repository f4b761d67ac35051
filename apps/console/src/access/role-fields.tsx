import { areaPermissions, permissionsOf, roles, type Role } from '@fieldwarden/gateway-contract';
import type { ReactElement } from 'react';
import { roleWords } from './role-words.js';

export interface RoleChoice {
  readonly role: Role;
  /** As typed. */
  readonly areas: string;
}

interface RoleFieldsProps {
  readonly value: RoleChoice;
  readonly onChange: (value: RoleChoice) => void;
}

/** A role, and for which tags, where the role has anything that is held for tags. */
export function RoleFields({ value, onChange }: RoleFieldsProps): ReactElement {
  const { role, areas } = value;
  const hasAreas = [...areaPermissions].some((permission) => permissionsOf[role].has(permission));
  return (
    <>
      <label className="field">
        Role
        <select
          className="select"
          value={role}
          onChange={(event) => onChange({ role: event.target.value as Role, areas })}
        >
          {roles.map((each) => (
            <option key={each} value={each}>
              {each}: {roleWords[each]}
            </option>
          ))}
        </select>
      </label>
      {hasAreas && (
        <label className="field">
          Areas
          <input
            className="input wide mono"
            placeholder="everywhere"
            spellCheck={false}
            autoCapitalize="none"
            value={areas}
            onChange={(event) => onChange({ role, areas: event.target.value })}
          />
          <span className="hint">
            Where tags may be written and alarms acknowledged: <code>packaging/**</code> is all that begins so, several
            apart by commas. Everything is seen everywhere.
          </span>
        </label>
      )}
    </>
  );
}
