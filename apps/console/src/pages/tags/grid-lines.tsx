import type { ReactElement } from 'react';
import { counted, formatCount } from '../../format/numbers.js';
import { Badge } from '../../parts/badge.js';
import { Icon } from '../../parts/icon.js';
import type { KnownTag } from './tag-directory.js';
import type { FolderRow } from './tag-tree.js';
import { useLiveCells } from './use-live-cells.js';

interface LineProps {
  readonly id: string;
  readonly rowIndex: number;
  /** Pixels from the top of the list. */
  readonly top: number;
  readonly active: boolean;
  readonly onClick: () => void;
}

const indentPx = 18;

function lineProps({ id, rowIndex, top, active, onClick }: LineProps, level: number) {
  return {
    id,
    role: 'row',
    'aria-rowindex': rowIndex,
    'aria-level': level,
    className: active ? 'line active' : 'line',
    style: { transform: `translateY(${top}px)` },
    onClick,
  } as const;
}

interface FolderLineProps extends LineProps {
  readonly row: FolderRow;
  /** Bad tags under it. */
  readonly bad: number;
}

export function FolderLine({ row, bad, ...line }: FolderLineProps): ReactElement {
  return (
    <div {...lineProps(line, row.level)} aria-expanded={row.expanded}>
      <span role="gridcell" className="name folder" style={{ paddingLeft: (row.level - 1) * indentPx }}>
        <Icon name={row.expanded ? 'down' : 'right'} />
        {row.name}
      </span>
      <span role="gridcell" className="soft count">
        {counted(row.tags, 'tag')}
        {bad > 0 && <Badge tone="fault" icon="fault" word={`${formatCount(bad)} Bad`} />}
      </span>
    </div>
  );
}

interface TagLineProps extends LineProps {
  readonly tag: KnownTag;
  readonly level: number;
  readonly asList: boolean;
  readonly selected: boolean;
}

export function TagLine({ tag, level, asList, selected, ...line }: TagLineProps): ReactElement {
  const { path, dataType, unit, access } = tag;
  const cells = useLiveCells(path, dataType);
  const name = asList ? path : path.slice(path.lastIndexOf('/') + 1);
  return (
    <div {...lineProps(line, level)} aria-selected={selected}>
      <span
        role="gridcell"
        className="name"
        title={tag.description ?? path}
        style={{ paddingLeft: asList ? 0 : (level - 1) * indentPx + 20 }}
      >
        <span className={asList ? 'text whole-path' : 'text'}>
          <bdi>{name}</bdi>
        </span>
        {access === 'read-write' && (
          <span className="writable" title="Can be written">
            rw
          </span>
        )}
      </span>
      <span role="gridcell" className="number value" ref={cells.value} />
      <span role="gridcell" className="soft unit">
        {unit}
      </span>
      <span role="gridcell" className="quality" ref={cells.quality} />
      <span role="gridcell" className="soft time" ref={cells.time} />
    </div>
  );
}
