import type { ReactElement, ReactNode } from 'react';
import { Icon } from './icon.js';

export interface Sorting<Column extends string> {
  readonly column: Column;
  readonly direction: 'ascending' | 'descending';
}

interface SortableHeaderProps<Column extends string> {
  readonly column: Column;
  readonly sorting: Sorting<Column>;
  readonly onSort: (sorting: Sorting<Column>) => void;
  readonly className?: string;
  readonly title?: string;
  readonly children: ReactNode;
}

export function SortableHeader<Column extends string>(props: SortableHeaderProps<Column>): ReactElement {
  const { column, sorting, onSort, className, title, children } = props;
  const direction = sorting.column === column ? sorting.direction : undefined;
  const next = direction === 'ascending' ? 'descending' : 'ascending';
  return (
    <th scope="col" className={className} title={title} aria-sort={direction ?? 'none'}>
      <button
        type="button"
        className="sort"
        data-direction={direction}
        onClick={() => onSort({ column, direction: next })}
      >
        {children}
        {direction && <Icon name={direction} />}
      </button>
    </th>
  );
}

/** A copy in order; what is not known comes last either way. */
export function sortedBy<Row>(
  rows: readonly Row[],
  valueOf: (row: Row) => string | number | null,
  direction: Sorting<string>['direction'],
): readonly Row[] {
  const sign = direction === 'ascending' ? 1 : -1;
  return rows.toSorted((a, b) => {
    const [left, right] = [valueOf(a), valueOf(b)];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return sign * (left < right ? -1 : left > right ? 1 : 0);
  });
}
