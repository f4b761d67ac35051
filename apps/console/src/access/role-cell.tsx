import type { Role } from '@fieldwarden/gateway-contract';
import type { ReactElement } from 'react';
import { areasWords } from './role-words.js';

/** A role, and where it is held. */
export function RoleCell({ role, areas }: { readonly role: Role; readonly areas: readonly string[] }): ReactElement {
  return (
    <td>
      <div className="whose">
        <span>{role}</span>
        <span className="soft">{areasWords(areas)}</span>
      </div>
    </td>
  );
}
