import type { ReactElement } from 'react';
import { useStore } from '../../state/store.js';
import { sessionStore } from '../session-store.js';
import { FirstAdmin } from './first-admin.js';
import { StillOpen } from './still-open.js';

/** From the set-up token to a gateway that somebody owns: the first account, then what is still open. */
export function SetUpPage(): ReactElement {
  const { setup } = useStore(sessionStore);
  return (
    <main className="login">
      <div className="card">
        <header>
          <h1>
            <img src="/favicon.svg" alt="" width="30" height="30" />
            {setup ? 'Welcome to Fieldwarden' : 'Your gateway is yours'}
          </h1>
          <span className="soft">Step {setup ? 1 : 2} of 2</span>
        </header>
        {setup ? <FirstAdmin /> : <StillOpen />}
      </div>
    </main>
  );
}
