import type { ReactElement, ReactNode, SubmitEvent } from 'react';
import type { May } from '../access/may.js';
import { Button } from './button.js';
import { Dialog } from './dialog.js';
import { ProblemNote } from './problem-note.js';
import { useAttempt } from './use-attempt.js';

interface FormDialogProps {
  readonly title: string;
  /** On the button. */
  readonly label: string;
  /** On the button while it is under way. */
  readonly doing: string;
  /** Above what kept it from being done. */
  readonly notDone: string;
  /** Everything that is needed was typed. */
  readonly complete: boolean;
  readonly danger?: boolean;
  readonly may?: May;
  /** A rejection is shown. */
  readonly carryOut: () => Promise<unknown>;
  /** When it is done. */
  readonly onDone: () => void;
  /** When somebody thinks better of it. */
  readonly onCancel: () => void;
  readonly children: ReactNode;
}

/** A dialog that asks for something and does it. */
export function FormDialog(props: FormDialogProps): ReactElement {
  const { title, label, doing, notDone, complete, danger, may, carryOut, onDone, onCancel, children } = props;
  const { busy, error, run } = useAttempt();
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    void run(async () => {
      await carryOut();
      onDone();
    });
  };
  return (
    <Dialog title={title} onClose={onCancel}>
      <form className="fields" onSubmit={onSubmit}>
        {children}
        {error && <ProblemNote error={error} title={notDone} />}
        <div className="buttons">
          <Button onClick={onCancel}>Cancel</Button>
          <Button type="submit" look={danger ? 'danger' : 'primary'} may={may} disabled={busy || !complete}>
            {busy ? `${doing} …` : label}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
