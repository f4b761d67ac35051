import type { ReactElement, ReactNode } from 'react';
import { Button } from '../parts/button.js';
import { Dialog } from '../parts/dialog.js';
import { ProblemNote } from '../parts/problem-note.js';
import { useAttempt } from '../parts/use-attempt.js';
import { refreshResources } from '../state/resources.js';

interface ConfirmationProps {
  readonly title: string;
  /** What it costs, one sentence per line. */
  readonly consequences: readonly string[];
  /** On the button. */
  readonly label: string;
  /** On the button while it is under way. */
  readonly doing: string;
  /** The button is red. */
  readonly interrupts: boolean;
  /** Above what kept it from being done. */
  readonly notDone: string;
  /** Carries it out and tells what became of it; a rejection is shown. */
  readonly carryOut: () => Promise<void>;
  readonly onClose: () => void;
  /** What it is about, above the consequences. */
  readonly children?: ReactNode;
}

/** Names the consequences of an action and carries it out once somebody has agreed. */
export function Confirmation(props: ConfirmationProps): ReactElement {
  const { title, consequences, label, doing, interrupts, notDone, carryOut, onClose, children } = props;
  const { busy, error, run } = useAttempt();
  const go = async (): Promise<void> => {
    await run(async () => {
      await carryOut();
      onClose();
    });
    refreshResources((key) => key !== 'about' && !key.startsWith('config'));
  };
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      <ul className="consequences">
        {consequences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      {error && <ProblemNote error={error} title={notDone} />}
      <div className="buttons">
        <Button onClick={onClose} autoFocus>
          {busy ? 'Close, go on in the background' : 'Cancel'}
        </Button>
        <Button look={interrupts ? 'danger' : 'primary'} disabled={busy} onClick={() => void go()}>
          {busy ? `${doing} …` : label}
        </Button>
      </div>
    </Dialog>
  );
}
