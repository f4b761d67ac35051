import type { UserRow } from '@fieldwarden/admin-contract';
import { allowed, type May } from '../../../access/may.js';
import type { MenuItem } from '../../../parts/menu-button.js';
import type { AccountAction } from './account-dialog.js';

/** Nobody shuts themselves out by a slip. */
const byAnother: May = { allowed: false, reason: 'This is your own account: another admin can do that.' };

/** What can be done with an account, as its state is. */
export function accountItems(
  { enabled, totp, sessions }: UserRow,
  isOwn: boolean,
  onOpen: (action: AccountAction) => void,
): readonly MenuItem[] {
  const item = (action: AccountAction, label: string, may: May = allowed): MenuItem => ({
    label,
    may,
    onSelect: () => onOpen(action),
  });
  const others = isOwn ? byAnother : allowed;
  return [
    item('role', 'Change role and areas …', others),
    item('password', 'Set another password …'),
    enabled ? item('disable', 'Disable …', others) : item('enable', 'Enable …'),
    ...(sessions > 0 ? [item('end-sessions', 'End sessions …')] : []),
    ...(totp ? [item('totp-off', 'Remove second factor …')] : []),
    item('remove', 'Remove …', others),
  ];
}
