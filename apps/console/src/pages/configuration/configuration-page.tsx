import type { ReactElement } from 'react';

export function ConfigurationPage(): ReactElement {
  return <div className="page" />;
}
