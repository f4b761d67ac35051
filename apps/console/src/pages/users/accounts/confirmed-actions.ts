import type { UserRow } from '@fieldwarden/admin-contract';
import { tellKept } from '../../../access/not-kept.js';
import { changeUser, removeSecondFactorOf, removeUser } from '../../../api/user-requests.js';
import { counted } from '../../../format/numbers.js';
import { toast } from '../../../parts/toasts.js';
import { endSessionsOf } from '../end-sessions.js';

export type ConfirmedAction = 'disable' | 'enable' | 'end-sessions' | 'totp-off' | 'remove';

interface ConfirmedActionTexts {
  /** On the button. */
  readonly label: string;
  readonly doing: string;
  /** One sentence per line. */
  readonly consequences: (user: UserRow) => readonly string[];
  /** The button is red. */
  readonly interrupts: boolean;
  /** And tells what became of it. */
  readonly carryOut: (user: UserRow) => Promise<void>;
}

const everywhere = 'It signs in nowhere: not here, not at the OPC UA server, not on the command line.';

/** What asks once more before it is done, and nothing else. */
export const confirmedActions: Readonly<Record<ConfirmedAction, ConfirmedActionTexts>> = {
  disable: {
    label: 'Disable',
    doing: 'Disabling',
    consequences: ({ sessions }) => [
      everywhere,
      ...(sessions > 0 ? [`${counted(sessions, 'session')} of it end at once.`] : []),
      'Everything else of it stays, and it can be enabled again.',
    ],
    interrupts: true,
    carryOut: async ({ name }) => tellKept(await changeUser(name, { enabled: false }), `${name} is disabled`),
  },
  enable: {
    label: 'Enable',
    doing: 'Enabling',
    consequences: ({ role }) => [`It signs in again, as ${role}, with the password that it had.`],
    interrupts: false,
    carryOut: async ({ name }) => tellKept(await changeUser(name, { enabled: true }), `${name} is enabled`),
  },
  'end-sessions': {
    label: 'End sessions',
    doing: 'Ending',
    consequences: () => ['Whoever is at the console with this account has to sign in again.'],
    interrupts: true,
    carryOut: async ({ name }) => toast('good', `${counted(await endSessionsOf(name), 'session')} of ${name} ended`),
  },
  'totp-off': {
    label: 'Remove second factor',
    doing: 'Removing',
    consequences: () => [
      'The password alone opens the account, until its owner sets up another second factor.',
      'Meant for a lost phone: be sure that it is really the owner who asks.',
    ],
    interrupts: true,
    carryOut: async ({ name }) => tellKept(await removeSecondFactorOf(name), `${name} has no second factor any more`),
  },
  remove: {
    label: 'Remove',
    doing: 'Removing',
    consequences: () => [everywhere, 'Its sessions end at once.', 'What it did stays in the audit under its name.'],
    interrupts: true,
    carryOut: async ({ name }) => tellKept(await removeUser(name), `${name} is removed`),
  },
};
