import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** Colours come from the page's own properties, which reach into the shadow tree: both themes are one. */
export const editorTheme: Extension = [
  EditorView.theme({
    '&': { height: '100%', color: 'var(--ink)', backgroundColor: 'var(--surface)', fontSize: '13px' },
    '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-2px' },
    '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55' },
    '.cm-content': { caretColor: 'var(--ink)' },
    '.cm-cursor': { borderLeftColor: 'var(--ink)' },
    '.cm-gutters': {
      backgroundColor: 'var(--surface-raised)',
      color: 'var(--ink-soft)',
      borderRight: '1px solid var(--line)',
    },
    '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--surface-sunken)' },
    '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': {
      backgroundColor: 'var(--accent-ground) !important',
    },
    '.cm-tooltip': {
      backgroundColor: 'var(--surface)',
      color: 'var(--ink)',
      border: '1px solid var(--line)',
      borderRadius: '6px',
      boxShadow: 'var(--shadow)',
    },
    '.cm-tooltip-autocomplete > ul > li[aria-selected]': {
      backgroundColor: 'var(--accent-ground)',
      color: 'var(--ink)',
    },
    '.cm-completionDetail': { color: 'var(--ink-soft)', fontStyle: 'normal', marginLeft: '1em' },
    '.cm-completionInfo, .schema-hover': {
      maxWidth: '420px',
      padding: '7px 10px',
      whiteSpace: 'pre-wrap',
      fontFamily: 'var(--font)',
    },
    '.cm-diagnostic': { padding: '6px 10px', fontFamily: 'var(--font)', color: 'var(--ink)' },
    '.cm-diagnostic-error': { borderLeft: '4px solid var(--fault)' },
    '.cm-diagnostic-warning': { borderLeft: '4px solid var(--warning)' },
    // Instead of pictures in data: URLs, which the Content-Security-Policy forbids.
    '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--fault)' },
    '.cm-lintRange-warning': { backgroundImage: 'none', textDecoration: 'underline wavy var(--warning)' },
    '.cm-lint-marker-error, .cm-lint-marker-warning': {
      content: 'normal',
      width: '0.8em',
      height: '0.8em',
      marginTop: '0.3em',
      borderRadius: '50%',
    },
    '.cm-lint-marker-error': { content: 'normal', backgroundColor: 'var(--fault)' },
    '.cm-lint-marker-warning': { content: 'normal', borderRadius: '2px', backgroundColor: 'var(--warning)' },
    '.cm-panels': { backgroundColor: 'var(--surface-raised)', color: 'var(--ink)' },
    '.cm-searchMatch': { backgroundColor: 'var(--warning-ground)' },
    '.cm-foldPlaceholder': { backgroundColor: 'var(--surface-sunken)', color: 'var(--ink-soft)', border: '0' },
  }),
  syntaxHighlighting(
    HighlightStyle.define([
      { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--accent)' },
      { tag: [tags.string, tags.special(tags.string)], color: 'var(--good)' },
      { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: 'var(--curve-3)' },
      { tag: tags.comment, color: 'var(--ink-soft)', fontStyle: 'italic' },
      { tag: [tags.separator, tags.punctuation, tags.bracket], color: 'var(--ink-soft)' },
    ]),
  ),
];
