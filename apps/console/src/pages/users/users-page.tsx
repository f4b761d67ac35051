import { type ReactElement } from 'react';
import { useLocation, useSearch } from 'wouter';
import { useMay } from '../../access/use-may.js';
import { EmptyState } from '../../parts/empty-state.js';
import { Tabs, type Tab } from '../../parts/tabs.js';
import { AccountsTab } from './accounts/accounts-tab.js';
import { SessionsTab } from './sessions-tab.js';
import { TokensTab } from './tokens/tokens-tab.js';

const tabs: readonly Tab[] = [
  { id: 'accounts', label: 'Accounts' },
  { id: 'tokens', label: 'Tokens' },
  { id: 'sessions', label: 'Sessions' },
];

/** Who may come in, as what, and who is in. */
export function UsersPage(): ReactElement {
  const may = useMay('users');
  return (
    <div className="page">
      <h1>Users</h1>
      <section className="card" aria-label="Users">
        {may.allowed ? (
          <Parts />
        ) : (
          <EmptyState title={may.reason}>
            <p>An admin has it. Your own password and second factor are in the menu with your name.</p>
          </EmptyState>
        )}
      </section>
    </div>
  );
}

function Parts(): ReactElement {
  const [, navigate] = useLocation();
  const selected = new URLSearchParams(useSearch()).get('tab') ?? 'accounts';
  return (
    <Tabs
      label="Kinds of access"
      tabs={tabs}
      selected={selected}
      onSelect={(id) => navigate(`/users?tab=${id}`, { replace: true })}
    >
      {selected === 'accounts' && <AccountsTab />}
      {selected === 'tokens' && <TokensTab />}
      {selected === 'sessions' && <SessionsTab />}
    </Tabs>
  );
}
