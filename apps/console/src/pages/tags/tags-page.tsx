import type { ReactElement } from 'react';

export function TagsPage(): ReactElement {
  return <div className="page" />;
}
