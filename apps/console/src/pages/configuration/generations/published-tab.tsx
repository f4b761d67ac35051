import type { ReactElement } from 'react';
import { generationsResource } from '../../../api/config-requests.js';
import { Button } from '../../../parts/button.js';
import { EmptyState } from '../../../parts/empty-state.js';
import { Loaded } from '../../../parts/loaded.js';
import { useResource } from '../../../state/resources.js';
import { DocumentView } from '../document-view.js';
import { download } from '../download.js';

/** What runs, whatever stands in the draft. */
export function PublishedTab(): ReactElement {
  const state = useResource(generationsResource);
  return (
    <div className="body draft">
      <Loaded state={state} what="what is published">
        {({ running }) =>
          running === null ? (
            <EmptyState title="Nothing published yet" />
          ) : (
            <>
              <div className="toolbar">
                <span>Generation {running}, read only.</span>
                <span className="grow" />
                <Button small onClick={() => download('yaml', running)}>
                  Export YAML
                </Button>
                <Button small onClick={() => download('csv', running)}>
                  Export tags as CSV
                </Button>
              </div>
              <DocumentView generation={running} />
            </>
          )
        }
      </Loaded>
    </div>
  );
}
