import type { Finding } from '@fieldwarden/gateway-contract';
import { lazy, Suspense, useRef, useState, type ReactElement } from 'react';
import { useMay } from '../../access/use-may.js';
import { plantSchemaResource } from '../../api/config-requests.js';
import { EmptyState } from '../../parts/empty-state.js';
import { Loaded } from '../../parts/loaded.js';
import { useResource } from '../../state/resources.js';
import { draftBuffer } from './draft-buffer.js';
import { DraftToolbar } from './draft-toolbar.js';
import type { CodeEditorHandle } from './editor/code-editor.js';
import { FindingsList } from './findings-list.js';
import { NewerDraft } from './newer-draft.js';
import { PublishDialog } from './publish-dialog.js';
import { useDraft } from './use-draft.js';
import { useFindings } from './use-findings.js';

const CodeEditor = lazy(async () => ({ default: (await import('./editor/code-editor.js')).CodeEditor }));

/** The draft in the editor, with everything that is found in it. */
export function DraftTab(): ReactElement {
  const { loaded, buffer } = useDraft();
  const schema = useResource(plantSchemaResource).data;
  const findings = useFindings(buffer.text);
  const may = useMay('configure');
  const [publishing, setPublishing] = useState(false);
  const editor = useRef<CodeEditorHandle>(null);
  const { text } = buffer;
  const hasErrors = findings.findings.some(({ severity }) => severity === 'error');
  return (
    <div className="body draft">
      <Loaded state={loaded} what="the draft">
        {() =>
          text !== undefined && (
            <>
              <DraftToolbar
                buffer={buffer}
                publishable={!hasErrors && !findings.checking}
                onPublish={() => setPublishing(true)}
              />
              <NewerDraft buffer={buffer} />
              {!may.allowed && <p className="soft">Read only. {may.reason}</p>}
              <Suspense fallback={<EmptyState title="Loading the editor …" />}>
                <CodeEditor
                  ref={editor}
                  text={text}
                  label={may.allowed ? 'Plant document, draft' : 'Plant document, draft, read only'}
                  schema={schema}
                  findings={findings.findings}
                  {...(may.allowed && { onChange: typeInto })}
                />
              </Suspense>
              <FindingsList state={findings} onJump={(finding: Finding) => editor.current?.jumpTo(finding)} />
              {publishing && <PublishDialog text={text} onClose={() => setPublishing(false)} />}
            </>
          )
        }
      </Loaded>
    </div>
  );
}

function typeInto(text: string): void {
  draftBuffer.update((present) => ({ ...present, text }));
}
