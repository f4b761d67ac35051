import type { UserRow } from '@fieldwarden/admin-contract';
import { useState, type ReactElement } from 'react';
import { usersResource } from '../../../api/user-requests.js';
import { counted } from '../../../format/numbers.js';
import { Button } from '../../../parts/button.js';
import { EmptyState } from '../../../parts/empty-state.js';
import { Loaded } from '../../../parts/loaded.js';
import { useResource } from '../../../state/resources.js';
import { AccountTable } from './account-table.js';
import { AddUserDialog } from './add-user-dialog.js';

const everyMs = 10_000;

/** Everybody with an account of this gateway. */
export function AccountsTab(): ReactElement {
  const state = useResource(usersResource, everyMs);
  const [adding, setAdding] = useState(false);
  return (
    <>
      <div className="body toolbar">
        <span className="soft">{state.data && counted(state.data.length, 'account')}</span>
        <span className="grow" />
        <Button small look="primary" onClick={() => setAdding(true)}>
          Add a user …
        </Button>
      </div>
      <Loaded state={state} what="the accounts">
        {(users) => (users.length === 0 ? <NoAccounts /> : <AccountTable users={users} />)}
      </Loaded>
      {adding && <AddUserDialog taken={namesOf(state.data)} onClose={() => setAdding(false)} />}
    </>
  );
}

function namesOf(users: readonly UserRow[] = []): readonly string[] {
  return users.map(({ name }) => name);
}

function NoAccounts(): ReactElement {
  return (
    <EmptyState title="No accounts yet">
      <p>Add an account for everybody who works here: the audit then says who did what.</p>
    </EmptyState>
  );
}
