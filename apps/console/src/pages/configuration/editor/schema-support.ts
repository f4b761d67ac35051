import { autocompletion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import type { EditorState, Extension } from '@codemirror/state';
import { hoverTooltip, type EditorView, type Tooltip } from '@codemirror/view';
import { schemasAt, type EditorSchema } from './schema-at.js';
import { schemaWords } from './schema-words.js';
import { suggestionsAt } from './suggestions.js';
import { yamlContext, type YamlContext } from './yaml-context.js';

/** Completion and hover from the schema of the plant document. */
export function schemaSupport(schema: EditorSchema): Extension {
  return [
    autocompletion({ override: [(context) => complete(schema, context)], icons: false }),
    hoverTooltip((view, position) => hover(schema, view, position)),
  ];
}

function contextAt(state: EditorState, position: number): YamlContext {
  const { doc } = state;
  const { number, from } = doc.lineAt(position);
  return yamlContext({ count: doc.lines, line: (index) => doc.line(index + 1).text }, number - 1, position - from);
}

const word = /[\w./-]*$/;

function complete(schema: EditorSchema, { state, pos, explicit }: CompletionContext): CompletionResult | null {
  const { text, from } = state.doc.lineAt(pos);
  const before = text.slice(0, pos - from);
  if (/^\s*#/.test(before)) return null;
  const typed = word.exec(before)?.[0] ?? '';
  if (typed === '' && !explicit && !/[{,:-]\s$/.test(before)) return null;
  const start = pos - typed.length;
  const options = suggestionsAt(schema, contextAt(state, start)).map(({ label, insert, kind, detail, info }) => ({
    label,
    apply: insert,
    type: kind,
    detail,
    info,
  }));
  return options.length === 0 ? null : { from: start, options, validFor: /^[\w./-]*$/ };
}

function hover(schema: EditorSchema, { state }: EditorView, position: number): Tooltip | null {
  const { text, from } = state.doc.lineAt(position);
  const found = keyAround(text, position - from);
  if (!found) return null;
  // Just behind the colon one stands in the value, whose schema is the key's.
  const schemas = schemasAt(schema, contextAt(state, from + found.valueAt));
  const words = [...new Set(schemas.map(schemaWords).filter(Boolean))].join('\n');
  if (words === '') return null;
  return {
    pos: from + found.start,
    end: from + found.end,
    above: true,
    create: () => {
      const dom = document.createElement('div');
      dom.className = 'schema-hover';
      dom.textContent = words;
      return { dom };
    },
  };
}

interface KeyAround {
  readonly start: number;
  readonly end: number;
  readonly valueAt: number;
}

function keyAround(line: string, column: number): KeyAround | undefined {
  for (const match of line.matchAll(/([A-Za-z_]\w*)\s*:(?=\s|$)/g)) {
    const end = match.index + match[1].length;
    if (column >= match.index && column <= end)
      return { start: match.index, end, valueAt: match.index + match[0].length };
  }
  return undefined;
}
