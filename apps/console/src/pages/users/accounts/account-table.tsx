import type { UserRow } from '@fieldwarden/admin-contract';
import { useState, type ReactElement } from 'react';
import { RoleCell } from '../../../access/role-cell.js';
import { ActionsHeader } from '../../../parts/actions-header.js';
import { Badge } from '../../../parts/badge.js';
import { MenuButton } from '../../../parts/menu-button.js';
import { Time } from '../../../parts/time.js';
import { sessionStore } from '../../../session/session-store.js';
import { useStore } from '../../../state/store.js';
import { AccountDialog, type AccountAction } from './account-dialog.js';
import { accountItems } from './account-items.js';

interface Opened {
  readonly user: UserRow;
  readonly action: AccountAction;
}

export function AccountTable({ users }: { readonly users: readonly UserRow[] }): ReactElement {
  const [opened, setOpened] = useState<Opened>();
  return (
    <>
      <div className="table-scroll">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Role</th>
              <th scope="col">State</th>
              <th scope="col">Last sign-in</th>
              <th scope="col">Second factor</th>
              <th scope="col" className="number">
                Sessions
              </th>
              <ActionsHeader />
            </tr>
          </thead>
          <tbody>
            {users.map((user) => (
              <Row key={user.name} user={user} onOpen={(action) => setOpened({ user, action })} />
            ))}
          </tbody>
        </table>
      </div>
      {opened && <AccountDialog {...opened} onClose={() => setOpened(undefined)} />}
    </>
  );
}

function Row({
  user,
  onOpen,
}: {
  readonly user: UserRow;
  readonly onOpen: (action: AccountAction) => void;
}): ReactElement {
  const { name, role, areas, enabled, lastSignInAt, totp, sessions, createdAt, certificates } = user;
  const isOwn = useStore(sessionStore).name === name;
  return (
    <tr>
      <td>
        <div className="whose">
          <strong>
            {name}
            {isOwn && <span className="soft">, you</span>}
          </strong>
          <span className="soft">
            since {createdAt.slice(0, 10)}
            {certificates.length > 0 &&
              `, with ${certificates.length} certificate${certificates.length > 1 ? 's' : ''}`}
          </span>
        </div>
      </td>
      <RoleCell role={role} areas={areas} />
      <td>
        {enabled ? (
          <Badge tone="good" icon="check" word="enabled" />
        ) : (
          <Badge tone="idle" icon="stopped" word="disabled" meaning="Signs in nowhere." />
        )}
      </td>
      <td>
        <Time at={lastSignInAt} otherwise="never" />
      </td>
      <td>{totp ? <Badge tone="good" icon="check" word="on" /> : <span className="soft">none</span>}</td>
      <td className="number">{sessions}</td>
      <td>
        <MenuButton description={`Actions for ${name}`} items={accountItems(user, isOwn, onOpen)} />
      </td>
    </tr>
  );
}
