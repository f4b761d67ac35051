import { lazy, Suspense, useEffect, type ReactElement } from 'react';
import { Route, Router, Switch, useLocation } from 'wouter';
import { CertificateDialog } from '../access/certificate-dialog.js';
import { ActionDialog } from '../fleet/action-dialog.js';
import { ServiceRestartDialog } from '../fleet/service-restart-dialog.js';
import { useFleet } from '../fleet/use-fleet.js';
import { connection } from '../live/live.js';
import { EmptyState } from '../parts/empty-state.js';
import { Toasts } from '../parts/toasts.js';
import { OverviewPage } from '../pages/overview/overview-page.js';
import { useStore } from '../state/store.js';
import { ConnectionBanner } from './connection-banner.js';
import { ErrorBoundary } from './error-boundary.js';
import { useGuardedLocation } from './guarded-location.js';
import { LeaveDialog } from './leave-dialog.js';
import { guardUnload } from './navigation-guard.js';
import { SideBar } from './side-bar.js';
import { TopBar } from './top-bar.js';

const AlarmsPage = lazy(async () => ({ default: (await import('../pages/alarms/alarms-page.js')).AlarmsPage }));
const HostsPage = lazy(async () => ({ default: (await import('../pages/hosts/hosts-page.js')).HostsPage }));
const DriverPage = lazy(async () => ({ default: (await import('../pages/driver/driver-page.js')).DriverPage }));
const ServicesPage = lazy(async () => ({ default: (await import('../pages/services/services-page.js')).ServicesPage }));
const MqttPage = lazy(async () => ({ default: (await import('../pages/mqtt/mqtt-page.js')).MqttPage }));
const TagsPage = lazy(async () => ({ default: (await import('../pages/tags/tags-page.js')).TagsPage }));
const TrendsPage = lazy(async () => ({ default: (await import('../pages/trends/trends-page.js')).TrendsPage }));
const ConfigurationPage = lazy(async () => ({
  default: (await import('../pages/configuration/configuration-page.js')).ConfigurationPage,
}));
const EventsPage = lazy(async () => ({ default: (await import('../pages/events/events-page.js')).EventsPage }));
const CertificatesPage = lazy(async () => ({
  default: (await import('../pages/certificates/certificates-page.js')).CertificatesPage,
}));
const UsersPage = lazy(async () => ({ default: (await import('../pages/users/users-page.js')).UsersPage }));
const AuditPage = lazy(async () => ({ default: (await import('../pages/audit/audit-page.js')).AuditPage }));
const AboutPage = lazy(async () => ({ default: (await import('../pages/about/about-page.js')).AboutPage }));

export function Shell(): ReactElement {
  useEffect(guardUnload, []);
  return (
    <Router hook={useGuardedLocation}>
      <Frame />
      <LeaveDialog />
      <ActionDialog />
      <ServiceRestartDialog />
      <CertificateDialog />
      <Toasts />
    </Router>
  );
}

function Frame(): ReactElement {
  const fleet = useFleet();
  const { phase } = useStore(connection.state);
  const [location] = useLocation();
  return (
    <div className={phase === 'lost' ? 'shell is-stale' : 'shell'}>
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <SideBar />
      <div className="main">
        <TopBar fleet={fleet} />
        <ConnectionBanner />
        <main id="content" tabIndex={-1}>
          <ErrorBoundary key={location}>
            <Suspense fallback={<EmptyState title="Loading the page …" />}>
              <Pages />
            </Suspense>
          </ErrorBoundary>
        </main>
      </div>
    </div>
  );
}

function Pages(): ReactElement {
  return (
    <Switch>
      <Route path="/" component={OverviewPage} />
      <Route path="/alarms" component={AlarmsPage} />
      <Route path="/hosts" component={HostsPage} />
      <Route path="/drivers/:id">{({ id }) => <DriverPage key={id} id={id} />}</Route>
      <Route path="/services" component={ServicesPage} />
      <Route path="/mqtt" component={MqttPage} />
      <Route path="/tags" component={TagsPage} />
      <Route path="/trends" component={TrendsPage} />
      <Route path="/configuration" component={ConfigurationPage} />
      <Route path="/events" component={EventsPage} />
      <Route path="/certificates" component={CertificatesPage} />
      <Route path="/users" component={UsersPage} />
      <Route path="/audit" component={AuditPage} />
      <Route path="/about" component={AboutPage} />
      <Route>
        <EmptyState title="There is no such page">
          <p>The navigation beside this text lists all pages.</p>
        </EmptyState>
      </Route>
    </Switch>
  );
}
