import type { TotpOffer } from '@fieldwarden/admin-contract';
import { useEffect, useState, type ReactElement } from 'react';
import { PresentPasswordField } from '../../access/present-password-field.js';
import { confirmSecondFactor, offerSecondFactor, removeOwnSecondFactor } from '../../api/account-requests.js';
import { ApiError } from '../../api/api-error.js';
import { Button } from '../../parts/button.js';
import { Dialog } from '../../parts/dialog.js';
import { FormDialog } from '../../parts/form-dialog.js';
import { ProblemNote } from '../../parts/problem-note.js';
import { toast } from '../../parts/toasts.js';
import { QrCode } from './qr-code.js';

interface SecondFactorDialogProps {
  readonly onClose: () => void;
}

/** A second factor from an app on the phone: set up anew, or taken away. */
export function SecondFactorDialog({ onClose }: SecondFactorDialogProps): ReactElement {
  const [way, setWay] = useState<'set-up' | 'remove'>();
  if (way === 'set-up') return <SetUp onClose={onClose} />;
  if (way === 'remove') return <Remove onClose={onClose} />;
  return (
    <Dialog title="Your second factor" onClose={onClose}>
      <p>
        With a second factor, signing in takes your password and six digits that an app on your phone shows: a password
        that somebody else has read opens nothing. If you have one already, a new one replaces it.
      </p>
      <div className="buttons">
        <Button onClick={onClose}>Cancel</Button>
        <Button onClick={() => setWay('remove')}>Remove mine …</Button>
        <Button look="primary" autoFocus onClick={() => setWay('set-up')}>
          Set one up …
        </Button>
      </div>
    </Dialog>
  );
}

function SetUp({ onClose }: SecondFactorDialogProps): ReactElement {
  const { offer, problem } = useOffer();
  const [code, setCode] = useState('');
  return (
    <FormDialog
      title="Set up a second factor"
      label="Use it from now on"
      doing="Checking the code"
      notDone="The second factor is not in use"
      complete={offer !== undefined && /^\d{6}$/.test(code)}
      carryOut={async () => {
        await confirmSecondFactor(code);
        toast('good', 'From now on, signing in takes a code of your app as well');
      }}
      onDone={onClose}
      onCancel={onClose}
    >
      {problem && <ProblemNote error={problem} title="No second factor could be made" />}
      {!offer && !problem && <p className="soft">Making a secret …</p>}
      {offer && (
        <>
          <p>Scan this picture with the app, then type the six digits that it shows.</p>
          <QrCode text={offer.uri} label="QR code of the new second factor" />
          <details>
            <summary>No camera?</summary>
            <p>Type this secret into the app, by time, six digits:</p>
            <code className="command">{groupsOfFour(offer.secret)}</code>
          </details>
        </>
      )}
      <label className="field">
        Code
        <input
          className="input wide mono"
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={7}
          value={code}
          onChange={(event) => setCode(event.target.value.replaceAll(' ', ''))}
          required
        />
      </label>
    </FormDialog>
  );
}

/** Made anew each time that the dialog opens. */
function useOffer() {
  const [offer, setOffer] = useState<TotpOffer>();
  const [problem, setProblem] = useState<ApiError>();
  useEffect(() => {
    let gone = false;
    offerSecondFactor().then(
      (made) => {
        if (!gone) setOffer(made);
      },
      (error: unknown) => {
        if (!gone) setProblem(ApiError.of(error));
      },
    );
    return () => {
      gone = true;
    };
  }, []);
  return { offer, problem };
}

function groupsOfFour(secret: string): string {
  return secret.match(/.{1,4}/g)?.join(' ') ?? '';
}

function Remove({ onClose }: SecondFactorDialogProps): ReactElement {
  const [password, setPassword] = useState('');
  return (
    <FormDialog
      title="Remove your second factor"
      label="Remove it"
      doing="Removing"
      notDone="Your second factor is still in use"
      danger
      complete={password !== ''}
      carryOut={async () => {
        await removeOwnSecondFactor(password);
        toast('good', 'Your password alone opens your account again');
      }}
      onDone={onClose}
      onCancel={onClose}
    >
      <p>Whoever knows your password can then sign in as you.</p>
      <PresentPasswordField label="Password" value={password} onChange={setPassword} autoFocus />
    </FormDialog>
  );
}
