import type { TokenCreated } from '@fieldwarden/admin-contract';
import { useState, type ReactElement } from 'react';
import { RoleFields, type RoleChoice } from '../../../access/role-fields.js';
import { areasOf } from '../../../access/role-words.js';
import { createToken, tokensResource } from '../../../api/user-requests.js';
import { Button } from '../../../parts/button.js';
import { Dialog } from '../../../parts/dialog.js';
import { FormDialog } from '../../../parts/form-dialog.js';
import { browserClock } from '../../../platform/browser-clock.js';
import { expiries, expiryAt } from './token-expiry.js';

/** Least role, and an end: what should be otherwise is chosen. */
const viewer: RoleChoice = { role: 'viewer', areas: '' };

export function TokenDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const [name, setName] = useState('');
  const [choice, setChoice] = useState(viewer);
  const [days, setDays] = useState(90);
  const [created, setCreated] = useState<TokenCreated>();
  if (created) return <ShownOnce created={created} onClose={onClose} />;
  const make = async (): Promise<void> => {
    const { role, areas } = choice;
    const expiresAt = expiryAt(days, browserClock.now());
    setCreated(await createToken({ name: name.trim(), role, areas: areasOf(areas), ...(expiresAt && { expiresAt }) }));
    tokensResource.refresh();
  };
  return (
    <FormDialog
      title="Make a token"
      label="Make it"
      doing="Making"
      notDone="The token was not made"
      complete={name.trim() !== ''}
      carryOut={make}
      onDone={nothing}
      onCancel={onClose}
    >
      <label className="field">
        Name
        <input
          className="input wide"
          placeholder="Of the program that gets it"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={name}
          onChange={(event) => setName(event.target.value)}
          required
          autoFocus
        />
      </label>
      <RoleFields value={choice} onChange={setChoice} />
      <label className="field">
        Expires
        <select className="select" value={days} onChange={(event) => setDays(Number(event.target.value))}>
          {expiries.map((each) => (
            <option key={each.days} value={each.days}>
              {each.words}
            </option>
          ))}
        </select>
      </label>
    </FormDialog>
  );
}

/** It stays open when the token is made: what comes then is the token. */
function nothing(): void {}

function ShownOnce({
  created,
  onClose,
}: {
  readonly created: TokenCreated;
  readonly onClose: () => void;
}): ReactElement {
  const { name, token } = created;
  const [copied, setCopied] = useState<boolean>();
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(token);
      setCopied(true);
    } catch {
      setCopied(false);
    }
  };
  return (
    <Dialog title={`Token ${name}`} onClose={onClose}>
      <p>This is the only time that it is shown. Whoever has it comes in with it.</p>
      <code className="command" tabIndex={0}>
        {token}
      </code>
      <p role="status">
        {copied === true && 'Copied.'}
        {copied === false && 'The browser does not let this page copy: mark the token and copy it by hand.'}
      </p>
      <div className="buttons">
        <Button onClick={() => void copy()}>Copy</Button>
        <Button look="primary" onClick={onClose}>
          I have it
        </Button>
      </div>
    </Dialog>
  );
}
