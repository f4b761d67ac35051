import type { ReactElement } from 'react';

/** Over the column of what can be done with each row: nothing to see, something to hear. */
export function ActionsHeader(): ReactElement {
  return (
    <th scope="col">
      <span className="visually-hidden">Actions</span>
    </th>
  );
}
