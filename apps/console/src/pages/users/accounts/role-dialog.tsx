import type { UserRow } from '@fieldwarden/admin-contract';
import { useState, type ReactElement } from 'react';
import { tellKept } from '../../../access/not-kept.js';
import { RoleFields, type RoleChoice } from '../../../access/role-fields.js';
import { areasOf, areasText } from '../../../access/role-words.js';
import { changeRole, usersResource } from '../../../api/user-requests.js';
import { FormDialog } from '../../../parts/form-dialog.js';

interface RoleDialogProps {
  readonly user: UserRow;
  readonly onClose: () => void;
}

export function RoleDialog({ user, onClose }: RoleDialogProps): ReactElement {
  const { name } = user;
  const [value, setValue] = useState<RoleChoice>({ role: user.role, areas: areasText(user.areas) });
  return (
    <FormDialog
      title={`Role and areas: ${name}`}
      label="Change"
      doing="Changing"
      notDone={`Nothing was changed for ${name}`}
      complete
      carryOut={async () => {
        const { role } = value;
        tellKept(await changeRole(name, { role, areas: areasOf(value.areas) }), `${name} is ${role} from now on`);
        usersResource.refresh();
      }}
      onDone={onClose}
      onCancel={onClose}
    >
      <p>It counts at once, also for sessions that are open.</p>
      <RoleFields value={value} onChange={setValue} />
    </FormDialog>
  );
}
