import type { UserRow } from '@fieldwarden/admin-contract';
import type { ReactElement } from 'react';
import { Confirmation } from '../../../fleet/confirmation.js';
import { confirmedActions, type ConfirmedAction } from './confirmed-actions.js';
import { RoleDialog } from './role-dialog.js';
import { SetPasswordDialog } from './set-password-dialog.js';

export type AccountAction = 'role' | 'password' | ConfirmedAction;

interface AccountDialogProps {
  readonly user: UserRow;
  readonly action: AccountAction;
  readonly onClose: () => void;
}

/** The dialog for one action on one account. */
export function AccountDialog({ user, action, onClose }: AccountDialogProps): ReactElement {
  if (action === 'role') return <RoleDialog user={user} onClose={onClose} />;
  if (action === 'password') return <SetPasswordDialog user={user} onClose={onClose} />;
  const { label, doing, consequences, interrupts, carryOut } = confirmedActions[action];
  return (
    <Confirmation
      title={`${label}: ${user.name}`}
      consequences={consequences(user)}
      label={label}
      doing={doing}
      interrupts={interrupts}
      notDone={`Nothing was changed for ${user.name}`}
      carryOut={() => carryOut(user)}
      onClose={onClose}
    />
  );
}
