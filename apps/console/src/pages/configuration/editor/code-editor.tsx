import type { Finding } from '@fieldwarden/gateway-contract';
import { useEffect, useImperativeHandle, useRef, type ReactElement, type Ref } from 'react';
import { createEditor, type TextEditor } from './create-editor.js';
import type { EditorSchema } from './schema-at.js';

export interface CodeEditorHandle {
  jumpTo(finding: Finding): void;
}

interface CodeEditorProps {
  readonly text: string;
  readonly label: string;
  /** Absent: read-only. */
  readonly onChange?: (text: string) => void;
  readonly schema?: EditorSchema | undefined;
  readonly findings?: readonly Finding[];
  readonly ref?: Ref<CodeEditorHandle>;
}

const noFindings: readonly Finding[] = [];

/** The editor as a component. Comes in a chunk of its own. */
export function CodeEditor({
  text,
  label,
  onChange,
  schema,
  findings = noFindings,
  ref,
}: CodeEditorProps): ReactElement {
  const holder = useRef<HTMLDivElement>(null);
  const editor = useRef<TextEditor>(undefined);
  const change = useRef(onChange);
  change.current = onChange;
  const readOnly = onChange === undefined;
  const first = useRef(text);
  first.current = text;
  useEffect(() => {
    if (!holder.current) return undefined;
    const created = createEditor(holder.current, {
      text: first.current,
      readOnly,
      label,
      onChange: (next) => change.current?.(next),
    });
    editor.current = created;
    return () => created.dispose();
  }, [readOnly, label]);
  useEffect(() => editor.current?.setText(text), [text]);
  useEffect(() => {
    if (schema) editor.current?.setSchema(schema);
  }, [schema]);
  useEffect(() => editor.current?.setFindings(findings), [findings]);
  useImperativeHandle(ref, () => ({ jumpTo: (finding) => editor.current?.jumpTo(finding) }));
  return <div className="code-editor" ref={holder} />;
}
