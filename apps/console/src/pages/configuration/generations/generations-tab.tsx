import type { GenerationList, GenerationRow } from '@fieldwarden/admin-contract';
import { useState, type ReactElement } from 'react';
import { useMay } from '../../../access/use-may.js';
import { generationsResource } from '../../../api/config-requests.js';
import { formatCount } from '../../../format/numbers.js';
import { ActionsHeader } from '../../../parts/actions-header.js';
import { Badge } from '../../../parts/badge.js';
import { EmptyState } from '../../../parts/empty-state.js';
import { Loaded } from '../../../parts/loaded.js';
import { MenuButton } from '../../../parts/menu-button.js';
import { Time } from '../../../parts/time.js';
import { useResource } from '../../../state/resources.js';
import { download } from '../download.js';
import { RollbackDialog } from './rollback-dialog.js';
import { ViewDialog } from './view-dialog.js';

type Opened = { readonly what: 'rollback' | 'view'; readonly row: GenerationRow };

export function GenerationsTab(): ReactElement {
  const state = useResource(generationsResource);
  const [opened, setOpened] = useState<Opened>();
  const close = (): void => setOpened(undefined);
  return (
    <Loaded state={state} what="the generations">
      {(list) => (
        <>
          {list.generations.length === 0 ? (
            <EmptyState
              title="Nothing published yet"
              command='fieldwarden config publish plant.yaml -m "First drivers"'
            >
              <p>Write the plant document in the draft and publish it there, or publish a file:</p>
            </EmptyState>
          ) : (
            <GenerationTable list={list} onOpen={setOpened} />
          )}
          {opened?.what === 'rollback' && list.running !== null && (
            <RollbackDialog row={opened.row} running={list.running} onClose={close} />
          )}
          {opened?.what === 'view' && <ViewDialog generation={opened.row.generation} onClose={close} />}
        </>
      )}
    </Loaded>
  );
}

interface GenerationTableProps {
  readonly list: GenerationList;
  readonly onOpen: (opened: Opened) => void;
}

function GenerationTable({ list, onOpen }: GenerationTableProps): ReactElement {
  return (
    <div className="table-scroll">
      <table className="table">
        <thead>
          <tr>
            <th scope="col" className="number">
              No.
            </th>
            <th scope="col">Published</th>
            <th scope="col">By</th>
            <th scope="col">Message</th>
            <th scope="col" className="number medium-only">
              Drivers
            </th>
            <th scope="col" className="number medium-only">
              Tags
            </th>
            <ActionsHeader />
          </tr>
        </thead>
        <tbody>
          {list.generations.map((row) => (
            <Row key={row.generation} row={row} running={row.generation === list.running} onOpen={onOpen} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  readonly row: GenerationRow;
  readonly running: boolean;
  readonly onOpen: (opened: Opened) => void;
}

function Row({ row, running, onOpen }: RowProps): ReactElement {
  const may = useMay('publish');
  const { generation, publishedAt, author, message, drivers, tags, rollbackOf } = row;
  const items = [
    ...(running ? [] : [{ label: 'Roll back to it …', may, onSelect: () => onOpen({ what: 'rollback', row }) }]),
    { label: 'Show the document', onSelect: () => onOpen({ what: 'view', row }) },
    { label: 'Export YAML', onSelect: () => download('yaml', generation) },
    { label: 'Export tags as CSV', onSelect: () => download('csv', generation) },
  ];
  return (
    <tr>
      <td className="number">
        <strong>{generation}</strong>
      </td>
      <td>
        <Time at={publishedAt} />
      </td>
      <td>{author}</td>
      <td>
        {running && (
          <>
            <Badge tone="good" icon="check" word="running" />{' '}
          </>
        )}
        {message}
        {rollbackOf !== null && <span className="soft"> (brings back {rollbackOf})</span>}
      </td>
      <td className="number medium-only">{formatCount(drivers)}</td>
      <td className="number medium-only">{formatCount(tags)}</td>
      <td>
        <MenuButton description={`Actions for generation ${generation}`} items={items} />
      </td>
    </tr>
  );
}
