import { lazy, Suspense, type ReactElement } from 'react';
import { generationTextResource } from '../../api/config-requests.js';
import { EmptyState } from '../../parts/empty-state.js';
import { Loaded } from '../../parts/loaded.js';
import { useResource } from '../../state/resources.js';

const CodeEditor = lazy(async () => ({ default: (await import('./editor/code-editor.js')).CodeEditor }));

/** The document of one generation, to read. */
export function DocumentView({ generation }: { readonly generation: number }): ReactElement {
  const state = useResource(generationTextResource(generation));
  return (
    <Loaded state={state} what={`generation ${generation}`}>
      {(text) => (
        <Suspense fallback={<EmptyState title="Loading the editor …" />}>
          <CodeEditor text={text} label={`Plant document of generation ${generation}, read only`} />
        </Suspense>
      )}
    </Loaded>
  );
}
