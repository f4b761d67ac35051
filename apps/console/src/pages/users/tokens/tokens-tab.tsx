import type { TokenRow } from '@fieldwarden/admin-contract';
import { useState, type ReactElement } from 'react';
import { tellKept } from '../../../access/not-kept.js';
import { RoleCell } from '../../../access/role-cell.js';
import { revokeToken, tokensResource } from '../../../api/user-requests.js';
import { Confirmation } from '../../../fleet/confirmation.js';
import { counted } from '../../../format/numbers.js';
import { ActionsHeader } from '../../../parts/actions-header.js';
import { Badge } from '../../../parts/badge.js';
import { Button } from '../../../parts/button.js';
import { EmptyState } from '../../../parts/empty-state.js';
import { Loaded } from '../../../parts/loaded.js';
import { useNow } from '../../../parts/now.js';
import { Time } from '../../../parts/time.js';
import { useResource } from '../../../state/resources.js';
import { TokenDialog } from './token-dialog.js';

const everyMs = 10_000;

/** What opens the Admin API for programs, and for people without an account. */
export function TokensTab(): ReactElement {
  const state = useResource(tokensResource, everyMs);
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<TokenRow>();
  return (
    <>
      <div className="body toolbar">
        <span className="soft">{state.data && counted(state.data.length, 'token')}</span>
        <span className="grow" />
        <Button small look="primary" onClick={() => setMaking(true)}>
          Make a token …
        </Button>
      </div>
      <Loaded state={state} what="the tokens">
        {(tokens) =>
          tokens.length === 0 ? (
            <EmptyState title="No tokens yet">
              <p>
                Programs send one as Authorization: Bearer. Make one for each program, so that each can be revoked
                alone.
              </p>
            </EmptyState>
          ) : (
            <TokenTable tokens={tokens} onRevoke={setRevoking} />
          )
        }
      </Loaded>
      {making && <TokenDialog onClose={() => setMaking(false)} />}
      {revoking && <RevokeDialog token={revoking} onClose={() => setRevoking(undefined)} />}
    </>
  );
}

interface TokenTableProps {
  readonly tokens: readonly TokenRow[];
  readonly onRevoke: (token: TokenRow) => void;
}

function TokenTable({ tokens, onRevoke }: TokenTableProps): ReactElement {
  return (
    <div className="table-scroll">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Role</th>
            <th scope="col">Last used</th>
            <th scope="col">Expires</th>
            <th scope="col" className="number medium-only">
              Sessions
            </th>
            <ActionsHeader />
          </tr>
        </thead>
        <tbody>
          {tokens.map((token) => (
            <Row key={token.name} token={token} onRevoke={onRevoke} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ token, onRevoke }: { readonly token: TokenRow } & Pick<TokenTableProps, 'onRevoke'>): ReactElement {
  const { name, role, areas, createdAt, lastUsedAt, sessions, usedAt } = token;
  return (
    <tr>
      <td>
        <div className="whose">
          <strong>{name}</strong>
          <span className="soft">made {createdAt.slice(0, 10)}</span>
        </div>
      </td>
      <RoleCell role={role} areas={areas} />
      <td>
        <Time at={lastUsedAt} otherwise="never" />
      </td>
      <td>{usedAt === null ? <Expiry token={token} /> : <Badge tone="idle" icon="stopped" word="used up" />}</td>
      <td className="number medium-only">{sessions}</td>
      <td>
        <div className="row-actions">
          <Button small aria-label={`Revoke … token ${name}`} onClick={() => onRevoke(token)}>
            Revoke …
          </Button>
        </div>
      </td>
    </tr>
  );
}

function Expiry({ token: { expiresAt } }: { readonly token: TokenRow }): ReactElement {
  const now = useNow();
  if (expiresAt !== null && Date.parse(expiresAt) <= now) return <Badge tone="fault" icon="fault" word="expired" />;
  return <Time at={expiresAt} otherwise="never" />;
}

function RevokeDialog({ token, onClose }: { readonly token: TokenRow; readonly onClose: () => void }): ReactElement {
  const { name, sessions } = token;
  return (
    <Confirmation
      title={`Revoke: ${name}`}
      consequences={[
        'Whoever has the token comes in no more, from the next request on.',
        ...(sessions > 0 ? [`${counted(sessions, 'console session')} that it opened end.`] : []),
        'It cannot be brought back; a new one can be made.',
      ]}
      label="Revoke"
      doing="Revoking"
      interrupts
      notDone={`${name} was not revoked`}
      carryOut={async () => tellKept(await revokeToken(name), `${name} is revoked`)}
      onClose={onClose}
    />
  );
}
