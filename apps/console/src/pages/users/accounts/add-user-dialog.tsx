import { useState, type ReactElement } from 'react';
import { isComplete, NewPasswordFields, noPassword } from '../../../access/new-password-fields.js';
import { tellKept } from '../../../access/not-kept.js';
import { RoleFields, type RoleChoice } from '../../../access/role-fields.js';
import { areasOf } from '../../../access/role-words.js';
import { addUser, usersResource } from '../../../api/user-requests.js';
import { FormDialog } from '../../../parts/form-dialog.js';

interface AddUserDialogProps {
  /** Names that are not free. */
  readonly taken: readonly string[];
  readonly onClose: () => void;
}

/** The least role is offered first. */
const viewer: RoleChoice = { role: 'viewer', areas: '' };

export function AddUserDialog({ taken, onClose }: AddUserDialogProps): ReactElement {
  const [name, setName] = useState('');
  const [choice, setChoice] = useState(viewer);
  const [value, setValue] = useState(noPassword);
  const user = name.trim();
  const isTaken = taken.includes(user);
  return (
    <FormDialog
      title="Add a user"
      label="Add"
      doing="Adding"
      notDone="The account was not made"
      complete={user !== '' && !isTaken && isComplete(value, user)}
      carryOut={async () => {
        const { role, areas } = choice;
        const answer = await addUser({ name: user, password: value.password, role, areas: areasOf(areas) });
        tellKept(answer, `${user} can sign in as ${role}`);
        usersResource.refresh();
      }}
      onDone={onClose}
      onCancel={onClose}
    >
      <label className="field">
        Name
        <input
          className="input wide"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          aria-invalid={isTaken}
          value={name}
          onChange={(event) => setName(event.target.value)}
          required
          autoFocus
        />
        {isTaken && <span className="hint">{user} has an account already.</span>}
      </label>
      <RoleFields value={choice} onChange={setChoice} />
      <NewPasswordFields value={value} name={user} onChange={setValue} />
    </FormDialog>
  );
}
