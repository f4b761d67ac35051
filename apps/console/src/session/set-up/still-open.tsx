import type { ReactElement, ReactNode } from 'react';
import { navigate } from 'wouter/use-browser-location';
import { Button } from '../../parts/button.js';
import { Icon } from '../../parts/icon.js';
import { useStore } from '../../state/store.js';
import { sessionStore } from '../session-store.js';
import { settingUp } from './setting-up.js';

/** Where the wizard ends: what nobody has decided yet, each with the place where it is done. */
export function StillOpen(): ReactElement {
  const { name } = useStore(sessionStore);
  const encrypted = window.location.protocol === 'https:';
  return (
    <div className="content">
      <p>
        You are signed in as <strong>{name}</strong>. The set-up token is used up. What is still open:
      </p>
      <ul className="open-points">
        <Point
          title="Encrypted console"
          done={encrypted}
          action="To the configuration"
          to="/configuration"
          text={
            encrypted
              ? 'This page came over TLS.'
              : 'This page came over plain HTTP: fine on this machine, not on a network. The section tls of the plant document turns TLS on.'
          }
        />
        <Point
          title="OPC UA clients"
          action="To the certificates"
          to="/certificates"
          text="A client that comes for the first time is refused, and stands among the certificates until somebody trusts it. People sign in there with the accounts of this console."
        />
        <Point
          title="Everybody else"
          action="To the users"
          to="/users"
          text="An account of their own for everybody who works here, with the role that they need and no more. A second factor for yourself is in the menu with your name."
        />
        <Point title="Backup" text="One file holds everything; keep it on another machine.">
          <code className="command">fieldwarden backup plant.backup --passphrase-file FILE</code>
        </Point>
      </ul>
      <div className="buttons">
        <Button look="primary" autoFocus onClick={() => leave('/')}>
          To the overview
        </Button>
      </div>
    </div>
  );
}

interface PointProps {
  readonly title: string;
  readonly text: string;
  readonly done?: boolean;
  /** A page that helps, and the words on its link. */
  readonly to?: string;
  readonly action?: string;
  readonly children?: ReactNode;
}

function Point({ title, text, done = false, to, action, children }: PointProps): ReactElement {
  return (
    <li>
      <Icon name={done ? 'check' : 'open'} />
      <div>
        <strong>
          {title}
          {done && <span className="soft">, done</span>}
        </strong>
        <p>{text}</p>
        {children}
        {to !== undefined && (
          <a
            href={to}
            onClick={(event) => {
              event.preventDefault();
              leave(to);
            }}
          >
            {action}
          </a>
        )}
      </div>
    </li>
  );
}

function leave(to: string): void {
  navigate(to);
  settingUp.set(false);
}
