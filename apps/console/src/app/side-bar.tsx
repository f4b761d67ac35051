import type { ReactElement } from 'react';
import { Link, useLocation } from 'wouter';
import type { Permission } from '@fieldwarden/gateway-contract';
import { Icon, type IconName } from '../parts/icon.js';
import { sessionStore } from '../session/session-store.js';
import { useStore } from '../state/store.js';
import { ThemeToggle } from './theme-toggle.js';

interface NamedPage {
  readonly path: string;
  readonly name: string;
  readonly icon: IconName;
  /** Without this permission there is nothing on it. */
  readonly takes?: Permission;
}

const pages: readonly NamedPage[] = [
  { path: '/', name: 'Overview', icon: 'overview' },
  { path: '/alarms', name: 'Alarms', icon: 'bell' },
  { path: '/hosts', name: 'Hosts', icon: 'hosts' },
  { path: '/services', name: 'Services', icon: 'services' },
  { path: '/mqtt', name: 'MQTT', icon: 'mqtt' },
  { path: '/tags', name: 'Tags', icon: 'tags' },
  { path: '/trends', name: 'Trends', icon: 'trends' },
  { path: '/configuration', name: 'Configuration', icon: 'configuration' },
  { path: '/events', name: 'Events', icon: 'events' },
  { path: '/certificates', name: 'Certificates', icon: 'certificates' },
  { path: '/users', name: 'Users', icon: 'users', takes: 'users' },
  { path: '/audit', name: 'Audit', icon: 'audit', takes: 'audit' },
  { path: '/about', name: 'About', icon: 'about' },
];

/** A driver's page belongs to the Hosts. */
function isCurrent(path: string, location: string): boolean {
  return path === location || (path === '/hosts' && location.startsWith('/drivers/'));
}

export function SideBar(): ReactElement {
  const [location] = useLocation();
  const { permissions } = useStore(sessionStore);
  const shown = pages.filter(({ takes }) => takes === undefined || permissions.has(takes));
  return (
    <aside className="side" aria-label="Console">
      <Link href="/" className="brand" aria-label="Fieldwarden, overview">
        <img src="/favicon.svg" alt="" width="26" height="26" />
        <span>Fieldwarden</span>
      </Link>
      <nav aria-label="Pages">
        {shown.map(({ path, name, icon }) => (
          <Link key={path} href={path} aria-current={isCurrent(path, location) ? 'page' : undefined}>
            <Icon name={icon} />
            {shortNames[name] ?? name}
          </Link>
        ))}
      </nav>
      <Foot />
    </aside>
  );
}

/** Words that do not fit the narrow bar. */
const shortNames: Readonly<Record<string, ReactElement>> = {
  Configuration: (
    <span>
      Config<span className="medium-only">uration</span>
    </span>
  ),
  Certificates: (
    <span>
      Cert<span className="medium-only">ificate</span>s
    </span>
  ),
};

function Foot(): ReactElement {
  return (
    <div className="foot">
      <ThemeToggle />
    </div>
  );
}
