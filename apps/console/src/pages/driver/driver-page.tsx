import type { ReactElement } from 'react';

export function DriverPage({ id }: { readonly id: string }): ReactElement {
  return <div className="page">{id}</div>;
}
