import type { ErrorCode } from 'yaml';
import { openBracket, openingQuote } from './find-opening.js';
import { code, YamlPlace } from './yaml-place.js';

/** A mistake as the library `yaml` tells it. */
export interface YamlMistake {
  readonly code: ErrorCode;
  readonly message: string;
  /** Where the library was when it noticed. */
  readonly offset: number;
}

/** The same for people who write plants, at the place where they would look. */
export interface ToldMistake {
  readonly message: string;
  readonly offset: number;
}

export function tellYamlMistake({ code: errorCode, message, offset }: YamlMistake, text: string): ToldMistake {
  const { sentence, place } = sentences[errorCode](new YamlPlace(text, offset), message);
  return { message: sentence, offset: place.offset };
}

interface Told {
  readonly place: YamlPlace;
  readonly sentence: string;
}

type Sentence = (place: YamlPlace, message: string) => Told;

const told = (place: YamlPlace, sentence: string): Told => ({ place, sentence });

/** The library's words within a code, first match wins; the last one has none and takes all others. */
function by(...cases: readonly (readonly [RegExp | undefined, Sentence])[]): Sentence {
  return (place, message) => cases.find(([words]) => words === undefined || words.test(message))![1](place, message);
}

const beside: Sentence = (place) => {
  const line = place.pastComments;
  const side = line.column < line.columnAbove ? 'left' : 'right';
  const rule = 'fields of one group, and items of one list, begin in the same column';
  return told(line, `${line.label} stands further ${side} than its neighbours; ${rule}`);
};

const unclosedQuote =
  (quote: '"' | "'"): Sentence =>
  (place) => {
    const opening = place.at(openingQuote(place.text, quote, place.offset));
    return told(opening, `the quote (${quote}) that opens here${ofField(opening)} is not closed`);
  };

const unclosedBracket: Sentence = (place) => {
  const offset = openBracket(place.text, place.offset);
  if (offset === undefined)
    return told(place, 'what stands between brackets is to be indented more than the name of its field');
  const opening = place.at(offset);
  const sign = place.text[offset];
  const closing = sign === '[' ? ']' : '}';
  return told(
    opening,
    `the bracket ${code(sign)} that opens here${ofField(opening)} is not closed by ${code(closing)}; the lines between them, and that one, are to be indented more than this line, with blanks`,
  );
};

const noColon: Sentence = (place) => {
  const { rest } = place;
  const [, name, value] = /^([^\s:"'[\]{}]+):(\S.*)$/.exec(rest) ?? [];
  if (name !== undefined && value !== undefined)
    return told(place, `${code(rest)} has no blank behind its colon: ${code(`${name}: ${value}`)}`);
  return told(place, `${code(rest)} has no colon behind the name of the field`);
};

const noDash: Sentence = (place, message) => {
  const line = place.pastComments;
  if (line.field !== undefined && line.column < line.columnAbove) return beside(place, message);
  return told(line, `${line.label} stands in a list, but does not begin with ${code('- ')}`);
};

const goesOn: Sentence = (place) => {
  const { rest } = place;
  if (/^-(\s|$)/.test(rest))
    return told(
      place,
      `the list item ${code(rest)} stands where a field is expected; lists are indented below the name of their field`,
    );
  if (/^["']/.test(rest))
    return told(place, `the name that begins with ${code(rest)} goes on over the next line; is a quote missing?`);
  return told(place, `${code(rest)} has no colon behind the name of the field`);
};

/** Fields within a value: on its line, or on lines below that stand too far right. */
const secondValue: Sentence = (place, message) => {
  const { rest, field } = place;
  if (/:(\s|$)/.test(rest))
    return told(
      place,
      `the value ${code(rest)} has a colon with a blank behind it; put it in quotes, or the second field on a line of its own`,
    );
  const next = place.nextField;
  if (!next || next.column <= place.content.column) return misplaced(place, message);
  const owner = field === undefined ? 'the line above' : code(field);
  return told(
    next,
    `${next.label} stands further right than its neighbours, as if it belonged to ${owner}, which has a value already`,
  );
};

const blockInBrackets: Sentence = (place) =>
  place.before.trim() === '' || place.rest.startsWith('- ')
    ? told(
        place,
        'a list or a group over several lines cannot stand between brackets; put it in brackets too, or take the outer ones away',
      )
    : told(place, `a comma is missing in ${code(place.rest)}`);

const emptyPart: Sentence = (place) => told(place, 'a comma too many: nothing stands before it');

const noComma: Sentence = (place) => told(place, `a comma is missing before ${place.word}`);

const misplaced: Sentence = (place) =>
  told(place, `${place.word} does not belong here; look at quotes, brackets and indentation before it`);

const afterEnd: Sentence = (place) => {
  const isOwnLine = place.before.trim() === '';
  return isOwnLine
    ? told(place, `${place.label} does not belong to what stands above it: a group has fields only, a list items only`)
    : told(
        place,
        `${place.word} stands behind a value that is complete; put quotes around all of it, or a comma between`,
      );
};

const textBlock: Sentence = (place) =>
  told(
    place,
    `behind the sign of a text block (${code('|')} or ${code('>')}) the line ends; ${place.word} is too much. A value that begins so belongs in quotes`,
  );

const unknownType: Sentence = (place) =>
  told(
    place,
    `${place.word} names a type that plants do not have; a value that begins with ${code('!')} belongs in quotes`,
  );

const directive: Sentence = (place) =>
  told(place, `a line that begins with ${code('%')} is for programs, and not understood here; plants need none`);

/** Where an own word is asked for each code, so that a new one of the library does not compile. */
const sentences: Readonly<Record<ErrorCode, Sentence>> = {
  ALIAS_PROPS: (place) =>
    told(place, `${place.word} stands for something else already; it takes no anchor or type of its own`),
  BAD_ALIAS: (place) => told(place, `behind ${place.word} a name is missing; a value that begins so belongs in quotes`),
  BAD_COLLECTION_TYPE: unknownType,
  BAD_DIRECTIVE: directive,
  BAD_DQ_ESCAPE: (place) =>
    told(
      place,
      `${code(place.text.slice(place.offset, place.offset + 2))} means nothing in double quotes; write ${code('\\\\')} for a backslash, or use single quotes`,
    ),
  BAD_INDENT: by(
    [/^Flow/, unclosedBracket],
    [
      /^Block scalar/,
      (place) =>
        told(
          place.content,
          'the lines of a text block are to be indented more than the name of their field, with blanks',
        ),
    ],
    [undefined, beside],
  ),
  BAD_PROP_ORDER: (place) => told(place, `the anchor or type before ${place.word} belongs behind it`),
  BAD_SCALAR_START: (place) =>
    told(place, `a value cannot begin with ${code(place.text[place.offset])}; put it in quotes`),
  BLOCK_AS_IMPLICIT_KEY: by([/block sequence/, beside], [undefined, secondValue]),
  BLOCK_IN_FLOW: blockInBrackets,
  DUPLICATE_KEY: (place) => told(place, `the field ${nameAt(place)} stands a second time in the same group`),
  IMPOSSIBLE: misplaced,
  KEY_OVER_1024_CHARS: (place) => told(place, 'a name of more than 1,024 characters; is a quote or a bracket missing?'),
  MISSING_CHAR: by(
    [/closing "quote/, unclosedQuote('"')],
    [/closing 'quote/, unclosedQuote("'")],
    [/^Implicit map keys/, noColon],
    [/^Sequence item/, noDash],
    [/^Flow/, unclosedBracket],
    [/^Missing ,/, noComma],
    [/^Missing space after :/, (place) => told(place, 'a blank is missing behind the colon')],
    [
      /^Comments must/,
      (place) =>
        told(
          place,
          `a blank is missing before the comment ${place.word}; if it is none, put the whole value in quotes`,
        ),
    ],
    [/^Tags and anchors/, (place) => told(place, `a blank is missing before ${place.word}`)],
    [/irectives-end indicator|directives-end\/doc-start/, directive],
    [
      /directives-end marker/,
      (place) => told(place.content, `fields and lists begin on the line below ${code('---')}`),
    ],
    [/^Missing newline/, (place) => told(place, `${place.word} belongs on the line above the list`)],
    [
      /^Block scalars/,
      (place) =>
        told(place, 'blank lines at the head of a text block are indented more than its text; take their blanks away'),
    ],
    [undefined, misplaced],
  ),
  MULTILINE_IMPLICIT_KEY: goesOn,
  MULTIPLE_ANCHORS: (place) => told(place, `${place.word} is a second anchor of one value`),
  MULTIPLE_DOCS: (place) =>
    told(place, `a second document begins here; a plant is one: take the lines ${code('---')} and ${code('...')} away`),
  MULTIPLE_TAGS: (place) => told(place, `${place.word} is a second type of one value`),
  NON_STRING_KEY: (place) =>
    told(
      place,
      `the name of a field is a text, not a list or a group; if ${code(place.rest)} is a value, put it in quotes`,
    ),
  RESOURCE_EXHAUSTION: (place) => told(place, 'lists and groups are nested too deep here; is a bracket missing?'),
  TAB_AS_INDENT: (place) => told(place, `a tab stands before ${place.content.label}; indent with blanks`),
  TAG_RESOLVE_FAILED: unknownType,
  UNEXPECTED_TOKEN: by(
    [/^Unexpected (?:,|empty item)/, emptyPart],
    [/^Block scalar header|^Not a YAML token/, textBlock],
    [
      /block-seq-ind on same line/,
      (place) => told(place, `the list${ofField(place)} begins on the line of its name; begin it on the next line`),
    ],
    [/flow-(?:seq|map)-end/, (place) => told(place, `${code(place.text[place.offset])} closes nothing that is open`)],
    [/at node end/, afterEnd],
    [undefined, misplaced],
  ),
};

function ofField({ field }: YamlPlace): string {
  return field === undefined ? '' : ` in ${code(field)}`;
}

/** Of a field that begins at the place. */
function nameAt({ rest, word }: YamlPlace): string {
  const [, quoted, plain] = /^(?:"([^"]*)"|([^:,}\s]+))\s*:/.exec(rest) ?? [];
  const name = quoted ?? plain;
  return name === undefined ? word : code(name);
}
