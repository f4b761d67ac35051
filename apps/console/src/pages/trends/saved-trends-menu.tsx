import { useState, type ReactElement } from 'react';
import { FormDialog } from '../../parts/form-dialog.js';
import { MenuButton } from '../../parts/menu-button.js';
import { toast } from '../../parts/toasts.js';
import { sessionStore } from '../../session/session-store.js';
import { useStore } from '../../state/store.js';
import { maxNameLength, removeTrend, savedTrends, saveTrend } from './saved-trends.js';

interface SavedTrendsMenuProps {
  readonly search: string;
  readonly onOpen: (search: string) => void;
}

/** Views under names, in this browser; a link to the page holds the whole view for everybody else. */
export function SavedTrendsMenu({ search, onOpen }: SavedTrendsMenuProps): ReactElement {
  const person = useStore(sessionStore).name ?? '';
  const [dialog, setDialog] = useState<'save' | 'remove'>();
  const [, redraw] = useState(0);
  const saved = savedTrends(localStorage, person);
  const close = (): void => setDialog(undefined);
  const copyLink = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(location.href);
      toast('good', 'The link to this trend is copied; it holds the whole view');
    } catch {
      toast('warning', 'The browser did not allow copying; the address bar has the link');
    }
  };
  const items = [
    ...saved.map(({ name, search: kept }) => ({ label: name, onSelect: () => onOpen(kept) })),
    { label: 'Save this trend …', onSelect: () => setDialog('save') },
    ...(saved.length > 0 ? [{ label: 'Remove one …', onSelect: () => setDialog('remove') }] : []),
    { label: 'Copy the link', onSelect: () => void copyLink() },
  ];
  return (
    <>
      <MenuButton description="Saved trends" items={items}>
        Saved
      </MenuButton>
      {dialog === 'save' && (
        <NameDialog
          title="Save this trend"
          label="Save"
          doing="Saving"
          notDone="The trend was not saved"
          onName={(name) => saveTrend(localStorage, person, { name, search })}
          onClose={close}
        />
      )}
      {dialog === 'remove' && (
        <NameDialog
          title="Remove a saved trend"
          label="Remove"
          doing="Removing"
          notDone="The trend was not removed"
          names={saved.map(({ name }) => name)}
          onName={(name) => {
            removeTrend(localStorage, person, name);
            redraw((count) => count + 1);
          }}
          onClose={close}
        />
      )}
    </>
  );
}

interface NameDialogProps {
  readonly title: string;
  readonly label: string;
  readonly doing: string;
  readonly notDone: string;
  /** To choose from; without them, any. */
  readonly names?: readonly string[];
  readonly onName: (name: string) => void;
  readonly onClose: () => void;
}

function NameDialog({ names, onName, onClose, ...words }: NameDialogProps): ReactElement {
  const [name, setName] = useState(names?.[0] ?? '');
  return (
    <FormDialog
      {...words}
      complete={name.trim() !== ''}
      danger={names !== undefined}
      carryOut={async () => {
        await Promise.resolve();
        onName(name);
      }}
      onDone={onClose}
      onCancel={onClose}
    >
      <label>
        Name
        {names ? (
          <select className="select" value={name} onChange={(event) => setName(event.target.value)}>
            {names.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        ) : (
          <input
            className="input"
            value={name}
            maxLength={maxNameLength}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </label>
    </FormDialog>
  );
}
