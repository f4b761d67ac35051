import { useState, type ReactElement } from 'react';
import { isComplete, NewPasswordFields, noPassword } from '../../access/new-password-fields.js';
import { PresentPasswordField } from '../../access/present-password-field.js';
import { changeOwnPassword } from '../../api/account-requests.js';
import { FormDialog } from '../../parts/form-dialog.js';
import { toast } from '../../parts/toasts.js';

/** One's own password, by the present one. */
export function PasswordDialog({
  name,
  onClose,
}: {
  readonly name: string;
  readonly onClose: () => void;
}): ReactElement {
  const [present, setPresent] = useState('');
  const [next, setNext] = useState(noPassword);
  return (
    <FormDialog
      title="Change your password"
      label="Change password"
      doing="Changing"
      notDone="Your password is still the old one"
      complete={present !== '' && isComplete(next, name)}
      carryOut={async () => {
        await changeOwnPassword(present, next.password);
        toast('good', 'Your password is changed');
      }}
      onDone={onClose}
      onCancel={onClose}
    >
      <PresentPasswordField label="Present password" value={present} onChange={setPresent} autoFocus />
      <NewPasswordFields label="New password" value={next} name={name} onChange={setNext} />
    </FormDialog>
  );
}
