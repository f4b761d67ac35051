import type { ReactElement } from 'react';

export function AboutPage(): ReactElement {
  return <div className="page" />;
}
