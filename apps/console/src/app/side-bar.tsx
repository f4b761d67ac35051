import type { ReactElement } from 'react';
import { Link, useLocation } from 'wouter';
import { ApiError } from '../api/api-error.js';
import { Button } from '../parts/button.js';
import { Icon, type IconName } from '../parts/icon.js';
import { toast } from '../parts/toasts.js';
import { signOut } from '../session/session-requests.js';
import { sessionStore } from '../session/session-store.js';
import { useStore } from '../state/store.js';
import { ThemeToggle } from './theme-toggle.js';

const pages: readonly { readonly path: string; readonly name: string; readonly icon: IconName }[] = [
  { path: '/', name: 'Overview', icon: 'overview' },
  { path: '/hosts', name: 'Hosts', icon: 'hosts' },
  { path: '/services', name: 'Services', icon: 'services' },
  { path: '/mqtt', name: 'MQTT', icon: 'mqtt' },
  { path: '/tags', name: 'Tags', icon: 'tags' },
  { path: '/configuration', name: 'Configuration', icon: 'configuration' },
  { path: '/events', name: 'Events', icon: 'events' },
  { path: '/about', name: 'About', icon: 'about' },
];

/** A driver's page belongs to the Hosts. */
function isCurrent(path: string, location: string): boolean {
  return path === location || (path === '/hosts' && location.startsWith('/drivers/'));
}

export function SideBar(): ReactElement {
  const [location] = useLocation();
  return (
    <aside className="side" aria-label="Console">
      <Link href="/" className="brand" aria-label="Fieldwarden, overview">
        <img src="/favicon.svg" alt="" width="26" height="26" />
        <span>Fieldwarden</span>
      </Link>
      <nav aria-label="Pages">
        {pages.map(({ path, name, icon }) => (
          <Link key={path} href={path} aria-current={isCurrent(path, location) ? 'page' : undefined}>
            <Icon name={icon} />
            {name === 'Configuration' ? <ShortWhereNarrow /> : name}
          </Link>
        ))}
      </nav>
      <Foot />
    </aside>
  );
}

/** The one word that does not fit the narrow bar. */
function ShortWhereNarrow(): ReactElement {
  return (
    <span>
      Config<span className="medium-only">uration</span>
    </span>
  );
}

function Foot(): ReactElement {
  const { name, csrfToken } = useStore(sessionStore);
  const leave = (): void => {
    signOut().catch((error: unknown) => toast('fault', `Signing out failed: ${ApiError.of(error).message}`));
  };
  return (
    <div className="foot">
      <ThemeToggle />
      {name && <span>Signed in as {name}</span>}
      {csrfToken && (
        <Button small onClick={leave}>
          Sign out
        </Button>
      )}
    </div>
  );
}
