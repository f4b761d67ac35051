/** Longer pieces of text are cut in a message. */
const maxShown = 40;

/** A place in a YAML text that is not sound: what people see there, found without a parser. */
export class YamlPlace {
  readonly text: string;
  readonly offset: number;

  constructor(text: string, offset: number) {
    this.text = text;
    this.offset = Math.min(offset, text.length);
  }

  at(offset: number): YamlPlace {
    return new YamlPlace(this.text, offset);
  }

  get lineStart(): number {
    return this.text.lastIndexOf('\n', this.offset - 1) + 1;
  }

  /** Without its end. */
  get line(): string {
    return /^[^\r\n]*/.exec(this.text.slice(this.lineStart))![0];
  }

  /** Of the line, before the place. */
  get before(): string {
    return this.text.slice(this.lineStart, this.offset);
  }

  /** Of the line, from the place on, without a comment and blanks around it. */
  get rest(): string {
    return withoutComment(/^[^\r\n]*/.exec(this.text.slice(this.offset))![0]).trim();
  }

  /** Where the first character of the line stands that is no blank. */
  get content(): YamlPlace {
    return this.at(this.lineStart + indentOf(this.line));
  }

  /** Name of the field in the line, behind the dashes of list items; undefined where there is none. */
  get field(): string | undefined {
    return fieldOf(this.line);
  }

  /** What the line is called: the name of its field, or its first words. */
  get label(): string {
    const { rest } = this.content;
    return code(rest.startsWith('-') ? rest : (this.field ?? rest));
  }

  /** From the place to the next sign that ends a word. */
  get word(): string {
    return code(/^(?:"[^"\n]*"?|'[^'\n]*'?|[^\s,[\]{}]+|.)/.exec(this.rest)?.[0] ?? '');
  }

  /** A list item. */
  get isItem(): boolean {
    return /^\s*-(?:\s|$)/.test(this.line);
  }

  /** The place, or where the next line begins that is no comment. */
  get pastComments(): YamlPlace {
    const { content } = this;
    const end = this.text.indexOf('\n', this.offset);
    return content.rest.startsWith('#') && end >= 0 ? this.at(end + 1).pastComments : content;
  }

  /** The last line above that says something, and fits. */
  above(fits: (place: YamlPlace) => boolean = () => true): YamlPlace | undefined {
    let end = this.lineStart - 1;
    while (end >= 0) {
      const place = this.at(end).content;
      if (place.rest !== '' && !place.rest.startsWith('#') && fits(place)) return place;
      end = place.lineStart - 1;
    }
    return undefined;
  }

  /** Where something like it begins above: an item's dash, or a field, which may stand behind a dash. Counted from 1; 0: nowhere. */
  get columnAbove(): number {
    const item = this.isItem ? this.above((place) => place.isItem) : undefined;
    if (item) return item.column;
    const place = this.above();
    if (!place) return 0;
    return place.column + (this.isItem ? 0 : /^(?:-\s+)*/.exec(place.rest)![0].length);
  }

  /** The next line that names a field. */
  get nextField(): YamlPlace | undefined {
    let end = this.text.indexOf('\n', this.offset);
    while (end >= 0) {
      const place = this.at(end + 1).content;
      if (place.field !== undefined) return place;
      end = this.text.indexOf('\n', end + 1);
    }
    return undefined;
  }

  /** Counted from 1. */
  get column(): number {
    return this.offset - this.lineStart + 1;
  }
}

/** As it is written, cut and marked. */
export function code(text: string): string {
  const short = text.length <= maxShown ? text : `${text.slice(0, maxShown - 1)}…`;
  const shown = short.replaceAll('\t', ' ');
  return shown.includes('`') ? `"${shown}"` : `\`${shown}\``;
}

/** `- id: a` → id, `"two words": 1` → two words. */
function fieldOf(line: string): string | undefined {
  const [, name] = /^\s*(?:-\s+)*("[^"]*"|'[^']*'|[^\s"'[\]{}#,-][^:#]*?)\s*:(?:\s|$)/.exec(line) ?? [];
  return name?.replace(/^(["'])(.*)\1$/, '$2');
}

function withoutComment(text: string): string {
  return text.replace(/\s#.*$/, '');
}

function indentOf(line: string): number {
  return /^\s*/.exec(line)![0].length;
}
