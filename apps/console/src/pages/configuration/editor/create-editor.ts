import type { Finding } from '@fieldwarden/gateway-contract';
import { closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { diagnosticsOf, rangeOf } from './diagnostics.js';
import { editorTheme } from './editor-theme.js';
import type { EditorSchema } from './schema-at.js';
import { schemaSupport } from './schema-support.js';

export interface EditorOptions {
  readonly text: string;
  readonly readOnly: boolean;
  readonly label: string;
  /** Not called for `setText`. */
  readonly onChange: (text: string) => void;
}

export interface TextEditor {
  setText(text: string): void;
  setSchema(schema: EditorSchema): void;
  setFindings(findings: readonly Finding[]): void;
  /** Shows the place of a finding and puts the cursor there. */
  jumpTo(finding: Finding): void;
  dispose(): void;
}

/**
 * An editor for the plant document in a shadow tree of `holder`: there CodeMirror's styles are constructed style sheets, which
 * a strict Content-Security-Policy lets pass; in the document itself they would be inline styles.
 */
export function createEditor(holder: HTMLElement, options: EditorOptions): TextEditor {
  const root = holder.shadowRoot ?? holder.attachShadow({ mode: 'open' });
  const schemaPart = new Compartment();
  let silent = false;
  const changes = EditorView.updateListener.of((update) => {
    if (update.docChanged && !silent) options.onChange(update.state.doc.toString());
  });
  const state = EditorState.create({
    doc: options.text,
    extensions: [extensionsOf(options), schemaPart.of([]), changes],
  });
  const view = new EditorView({ state, parent: root, root });
  return {
    setText: (text) => {
      if (view.state.doc.toString() === text) return;
      silent = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
      silent = false;
    },
    setSchema: (schema) => view.dispatch({ effects: schemaPart.reconfigure(schemaSupport(schema)) }),
    setFindings: (findings) => view.dispatch(setDiagnostics(view.state, diagnosticsOf(findings, view.state.doc))),
    jumpTo: (finding) => {
      const { from, to } = rangeOf(finding, view.state.doc);
      view.dispatch({
        selection: { anchor: from, head: to },
        effects: EditorView.scrollIntoView(from, { y: 'center' }),
      });
      view.focus();
    },
    dispose: () => view.destroy(),
  };
}

function extensionsOf({ readOnly, label }: EditorOptions): Extension {
  return [
    lineNumbers(),
    foldGutter(),
    drawSelection(),
    highlightSelectionMatches(),
    search({ top: true }),
    yaml(),
    editorTheme,
    EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
    keymap.of([...defaultKeymap, ...searchKeymap, ...foldKeymap]),
    readOnly ? [EditorState.readOnly.of(true), EditorView.editable.of(false)] : writing,
  ];
}

/**
 * Typing over a selection, done here: left to the browser, it keeps the look of what stood there in an inline style, which the
 * Content-Security-Policy stops.
 */
const typeOver = EditorView.domEventHandlers({
  beforeinput: (event, view) => {
    const { data, inputType } = event;
    const { main } = view.state.selection;
    if (inputType !== 'insertText' || data === null || main.empty) return false;
    const typed = () =>
      view.state.update(view.state.replaceSelection(data), { userEvent: 'input.type', scrollIntoView: true });
    const handlers = view.state.facet(EditorView.inputHandler);
    if (!handlers.some((handle) => handle(view, main.from, main.to, data, typed))) view.dispatch(typed());
    event.preventDefault();
    return true;
  },
});

/** Tab moves on, as everywhere on the page: the editor is no trap for the keyboard. */
const writing: Extension = [
  history(),
  typeOver,
  indentOnInput(),
  indentUnit.of('  '),
  bracketMatching(),
  closeBrackets(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  lintGutter(),
  keymap.of([...closeBracketsKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
];
