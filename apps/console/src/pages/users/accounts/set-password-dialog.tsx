import type { UserRow } from '@fieldwarden/admin-contract';
import { useState, type ReactElement } from 'react';
import { isComplete, NewPasswordFields, noPassword } from '../../../access/new-password-fields.js';
import { tellKept } from '../../../access/not-kept.js';
import { changeUser, usersResource } from '../../../api/user-requests.js';
import { FormDialog } from '../../../parts/form-dialog.js';

interface SetPasswordDialogProps {
  readonly user: UserRow;
  readonly onClose: () => void;
}

/** For somebody who has forgotten it. */
export function SetPasswordDialog({ user, onClose }: SetPasswordDialogProps): ReactElement {
  const { name } = user;
  const [value, setValue] = useState(noPassword);
  return (
    <FormDialog
      title={`Another password: ${name}`}
      label="Set password"
      doing="Setting"
      notDone={`The password of ${name} is still the old one`}
      complete={isComplete(value, name)}
      carryOut={async () => {
        tellKept(await changeUser(name, { password: value.password }), `${name} has another password`);
        usersResource.refresh();
      }}
      onDone={onClose}
      onCancel={onClose}
    >
      <p>
        Open sessions end. Tell it to {name} in person, who then chooses one of their own in the menu with their name.
      </p>
      <NewPasswordFields label="New password" value={value} name={name} onChange={setValue} />
    </FormDialog>
  );
}
