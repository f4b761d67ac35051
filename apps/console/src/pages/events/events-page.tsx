import type { ReactElement } from 'react';

export function EventsPage(): ReactElement {
  return <div className="page" />;
}
