import type { Service } from '@fieldwarden/admin-contract';
import type { ReactElement } from 'react';
import { servicesResource } from '../../api/service-requests.js';
import { counted } from '../../format/numbers.js';
import { EmptyState } from '../../parts/empty-state.js';
import { Loaded } from '../../parts/loaded.js';
import { useResource } from '../../state/resources.js';
import { ServiceCard } from './service-card.js';
import './services.css';

/** How often what no event tells is asked: memory, what services say of themselves. */
const everyMs = 2_000;

/** Everything that is not a driver: servers, outlets, history. */
export function ServicesPage(): ReactElement {
  const state = useResource(servicesResource, everyMs);
  return (
    <div className="page">
      <header>
        <h1>Services</h1>
        <span className="soft">{state.data && counted(state.data.length, 'service')}</span>
      </header>
      <Loaded state={state} what="the services">
        {(services) => (services.length === 0 ? <NoServices /> : <List services={services} />)}
      </Loaded>
    </div>
  );
}

function List({ services }: { readonly services: readonly Service[] }): ReactElement {
  return (
    <div className="services">
      {services.map((service) => (
        <ServiceCard key={service.id} service={service} />
      ))}
    </div>
  );
}

function NoServices(): ReactElement {
  return (
    <section className="card" aria-label="Services">
      <EmptyState title="No services yet" command="fieldwarden services new acme">
        <p>
          Servers and outlets are sections of the plant document on the page Configuration: <code>opcua: {'{}'}</code>{' '}
          serves every tag. One of your own is laid out by a command:
        </p>
      </EmptyState>
    </section>
  );
}
