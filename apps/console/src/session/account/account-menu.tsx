import { lazy, Suspense, useState, type ReactElement } from 'react';
import { ApiError } from '../../api/api-error.js';
import { Icon } from '../../parts/icon.js';
import { MenuButton, type MenuItem } from '../../parts/menu-button.js';
import { toast } from '../../parts/toasts.js';
import { useStore } from '../../state/store.js';
import { signOut } from '../session-requests.js';
import { leave as toTheDoor, sessionStore } from '../session-store.js';

const PasswordDialog = lazy(async () => ({ default: (await import('./password-dialog.js')).PasswordDialog }));
const SecondFactorDialog = lazy(async () => ({
  default: (await import('./second-factor-dialog.js')).SecondFactorDialog,
}));

/** Who is signed in, as what, and what they may do with their own account. */
export function AccountMenu(): ReactElement | null {
  const { name, roles, proof, csrfToken } = useStore(sessionStore);
  const [opened, setOpened] = useState<'password' | 'second-factor'>();
  const close = (): void => setOpened(undefined);
  if (name === null) return null;
  const ofAccount: readonly MenuItem[] =
    proof === 'password'
      ? [
          { label: 'Change password …', onSelect: () => setOpened('password') },
          { label: 'Second factor …', onSelect: () => setOpened('second-factor') },
        ]
      : [];
  const items: readonly MenuItem[] =
    proof === 'anonymous'
      ? [{ label: 'Sign in …', onSelect: toTheDoor }]
      : csrfToken === null
        ? ofAccount
        : [...ofAccount, { label: 'Sign out', onSelect: leave }];
  return (
    <>
      <MenuButton description={`Account of ${name}, ${roles.join(', ')}`} items={items}>
        <Icon name="person" />
        <span className="who">
          {name} <span className="soft medium-only">{roles.join(', ')}</span>
        </span>
        <Icon name="down" />
      </MenuButton>
      <Suspense fallback={null}>
        {opened === 'password' && <PasswordDialog name={name} onClose={close} />}
        {opened === 'second-factor' && <SecondFactorDialog onClose={close} />}
      </Suspense>
    </>
  );
}

function leave(): void {
  signOut().catch((error: unknown) => toast('fault', `Signing out failed: ${ApiError.of(error).message}`));
}
