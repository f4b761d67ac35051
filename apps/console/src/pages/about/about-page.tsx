import type { About } from '@fieldwarden/admin-contract';
import { Fragment, type ReactElement, type ReactNode } from 'react';
import { aboutResource } from '../../api/driver-requests.js';
import { servicesResource } from '../../api/service-requests.js';
import { formatBytes } from '../../format/bytes.js';
import { EmptyState } from '../../parts/empty-state.js';
import { Loaded } from '../../parts/loaded.js';
import { Time } from '../../parts/time.js';
import { useResource } from '../../state/resources.js';
import './about.css';

export function AboutPage(): ReactElement {
  const state = useResource(aboutResource);
  return (
    <div className="page">
      <h1>About</h1>
      <Loaded state={state} what="what this gateway is">
        {(about) => (
          <div className="about">
            <Versions about={about} />
            <Ports ports={about.ports} />
            <SpareProcess spare={about.spareProcess} />
            <DriverTypes types={about.driverTypes} />
            <Certificates certificates={about.certificates} />
            <Licences licences={about.licences} />
          </div>
        )}
      </Loaded>
    </div>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactElement {
  return (
    <section className="card" aria-label={title}>
      <header>
        <h2>{title}</h2>
      </header>
      {children}
    </section>
  );
}

function Versions({ about: { version, node, platform, home } }: { readonly about: About }): ReactElement {
  return (
    <Part title="Versions">
      <dl className="facts body">
        <dt>Fieldwarden</dt>
        <dd>{version}</dd>
        <dt>Node.js</dt>
        <dd>{node}</dd>
        <dt>Platform</dt>
        <dd>{platform}</dd>
        <dt>Home directory</dt>
        <dd className="mono">{home}</dd>
      </dl>
    </Part>
  );
}

function Ports({ ports: { health, admin, ...ofServices } }: Pick<About, 'ports'>): ReactElement {
  const { data: services = [] } = useResource(servicesResource);
  const titleOf = (id: string): string => services.find((service) => service.id === id)?.title ?? id;
  return (
    <Part title="Ports">
      <dl className="facts body">
        {Object.entries(ofServices).map(([id, port]) => (
          <Fragment key={id}>
            <dt>{titleOf(id)}</dt>
            <dd>{port ?? 'off'}</dd>
          </Fragment>
        ))}
        <dt>Health and metrics</dt>
        <dd>{health}</dd>
        <dt>Admin API and console</dt>
        <dd>{admin}</dd>
      </dl>
    </Part>
  );
}

/** No row of Hosts: it belongs to nobody yet. */
function SpareProcess({ spare }: { readonly spare: About['spareProcess'] }): ReactElement {
  return (
    <Part title="Spare process">
      {spare ? (
        <dl className="facts body">
          <dt>Waits for the next Host that dies</dt>
          <dd>pid {spare.pid}</dd>
          <dt>Memory</dt>
          <dd>{formatBytes(spare.memoryBytes)}</dd>
        </dl>
      ) : (
        <EmptyState title="None at present: no driver runs in a Host, or the next one is being started" />
      )}
    </Part>
  );
}

const tierMeanings = { A: 'in-process', B: 'in-process', C: 'always in a Host of its own' } as const;

function DriverTypes({ types }: { readonly types: About['driverTypes'] }): ReactElement {
  return (
    <Part title="Driver types">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Type</th>
            <th scope="col">Version</th>
            <th scope="col">Tier</th>
          </tr>
        </thead>
        <tbody>
          {types.map(({ type, version, tier }) => (
            <tr key={type}>
              <td>{type}</td>
              <td>{version}</td>
              <td>
                {tier}, {tierMeanings[tier]}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Part>
  );
}

function Certificates({ certificates }: Pick<About, 'certificates'>): ReactElement {
  if (certificates.length === 0)
    return (
      <Part title="Certificates">
        <EmptyState title="The OPC UA server is off: no certificates" />
      </Part>
    );
  return (
    <Part title="Certificates">
      {certificates.map(({ use, subject, thumbprint, notAfter }) => (
        <dl key={thumbprint} className="facts body">
          <dt>Use</dt>
          <dd>{use}</dd>
          <dt>Subject</dt>
          <dd>{subject}</dd>
          <dt>Thumbprint</dt>
          <dd className="mono">{thumbprint}</dd>
          <dt>Expires</dt>
          <dd>
            <Time at={notAfter} />
          </dd>
        </dl>
      ))}
    </Part>
  );
}

function Licences({ licences }: Pick<About, 'licences'>): ReactElement {
  return (
    <Part title="Licences">
      <div className="table-scroll licences" tabIndex={0} role="region" aria-label="Licences of what is built in">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Package</th>
              <th scope="col">Version</th>
              <th scope="col">Licence</th>
            </tr>
          </thead>
          <tbody>
            {licences.map(({ name, version, licence }) => (
              <tr key={`${name} ${version}`}>
                <td>{name}</td>
                <td>{version}</td>
                <td>{licence}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Part>
  );
}
