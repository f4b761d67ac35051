import type { TagValueAnswer } from '@fieldwarden/admin-contract';
import type { ReactElement, ReactNode } from 'react';
import { Link } from 'wouter';
import { tagResource } from '../../api/tag-requests.js';
import { formatInterval } from '../../format/times.js';
import { useResource } from '../../state/resources.js';
import type { KnownTag } from './tag-directory.js';

/** Where a tag lies, how it is read and written, and under which name others find it. */
export function TagFacts({ tag }: { readonly tag: KnownTag }): ReactElement {
  const { driverId, device, serviceId, dataType, access, description, path } = tag;
  const { data } = useResource(tagResource(path));
  return (
    <dl className="facts">
      <Fact name={serviceId === null ? 'Device' : 'Brought by'}>
        {serviceId !== null ? (
          <Link href="/services">{serviceId}</Link>
        ) : driverId === null ? (
          'the gateway itself'
        ) : (
          <Link href={`/drivers/${driverId}`}>{`${driverId} / ${device ?? ''}`}</Link>
        )}
      </Fact>
      {data && data.address !== null && (
        <Fact name={serviceId === null ? 'Address' : 'Expression'}>
          <code>{data.address}</code>
        </Fact>
      )}
      <Fact name="Type">{dataType}</Fact>
      {data && data.scanMs !== null && <Fact name="Scan">every {formatInterval(data.scanMs)}</Fact>}
      <Fact name="Access">{access}</Fact>
      {data?.limits && <Fact name="Limits of writes">{limitsText(data.limits, tag.unit)}</Fact>}
      {data?.notAvailable && <Fact name="Stands for no value">{data.notAvailable.join(', ')}</Fact>}
      {description && <Fact name="Description">{description}</Fact>}
      {data && (
        <Fact name="OPC UA node id">
          <code>{data.nodeId}</code>
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactElement {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function limitsText({ min, max }: NonNullable<TagValueAnswer['limits']>, unit: string | null): string {
  const end = unit === null ? '' : ` ${unit}`;
  if (min === null) return `at most ${max}${end}`;
  return max === null ? `at least ${min}${end}` : `${min} to ${max}${end}`;
}
