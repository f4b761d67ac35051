import { isRecord } from '../document/schema-walk.js';

/**
 * Most of a large document are tags that stand on one line: `- { path: a/b, address: 400001, dataType: int16 }`. Reading such a line
 * takes a twentieth of what the YAML parser takes, and a hundredth of the memory. So these lines are taken out, each replaced by a mark, and their
 * tags put in place of the marks once the parser has read the rest. A mark that does not turn up as a tag (the line was part of a text, or of
 * something else) means that the whole text has to be read by the parser.
 */
export interface TagLines {
  /** The same number of lines, with marks. */
  readonly text: string;
  readonly tags: readonly Readonly<Record<string, unknown>>[];
}

/** Of the private use area: no text of a plant has it. */
const mark = '\uE000';
const markPattern = /^\uE000(\d+)$/;

const tagLine = /^( *- )(\{ .* \})(\r?)$/gm;

/** Fewer are no gain. */
const fewTags = 50;

/** Undefined if the text has too few such lines, or marks of its own. */
export function takeTagLines(text: string): TagLines | undefined {
  if (text.includes(mark)) return undefined;
  const tags: Readonly<Record<string, unknown>>[] = [];
  const marked = text.replace(tagLine, (line, lead: string, group: string, end: string) => {
    const tag = readGroup(group);
    return tag === undefined ? line : `${lead}${mark}${tags.push(tag) - 1}${end}`;
  });
  return tags.length < fewTags ? undefined : { text: marked, tags };
}

/** Puts the tags in place of their marks. False if the document must be read as a whole; it is then half changed, and of no use. */
export function putTagLines(document: unknown, { tags }: TagLines): boolean {
  let found = 0;
  for (const list of tagLists(document)) {
    for (const [i, element] of list.entries()) {
      const index = typeof element === 'string' ? markPattern.exec(element)?.[1] : undefined;
      if (index === undefined) continue;
      list[i] = tags[Number(index)];
      found += 1;
    }
  }
  return found === tags.length;
}

function* tagLists(document: unknown): Generator<unknown[]> {
  for (const driver of listIn(document, 'drivers')) {
    for (const device of listIn(driver, 'devices')) yield listIn(device, 'tags');
  }
}

function listIn(owner: unknown, field: string): unknown[] {
  const list = isRecord(owner) ? owner[field] : undefined;
  return Array.isArray(list) ? list : [];
}

/** A name and, as one of these: a group, a number, words that are nothing but words, a text in either quotes. */
const field =
  /([A-Za-z][A-Za-z0-9]*): +(?:\{ ([^{}"']*) \}|(-?\d+(?:\.\d+)?)|([A-Za-z_°][\w./°%()-]*(?: [\w./°%()-]+)*)|"((?:[^"\\\0-\x1f]|\\["\\/nt])*)"|'([^'\0-\x1f]*)')(?:, +|$)/y;

/** What the parser makes of such words: nothing, or a truth value. */
const notWords = /^(?:null|true|false)$/i;

/** A tag as most are written; undefined for anything else, which is the parser's to read. */
function readGroup(group: string): Record<string, unknown> | undefined {
  const fields = readFields(group.slice(2, -2), true);
  return fields && Object.hasOwn(fields, 'path') ? fields : undefined;
}

function readFields(inner: string, isTag: boolean): Record<string, unknown> | undefined {
  const fields: Record<string, unknown> = {};
  for (let at = 0; at < inner.length;) {
    field.lastIndex = at;
    const match = field.exec(inner);
    if (!match || Object.hasOwn(fields, match[1])) return undefined;
    at = field.lastIndex;
    const value = valueOf(match, isTag);
    if (value === undefined) return undefined;
    fields[match[1]] = value;
  }
  return inner.endsWith(' ') || inner.endsWith(',') ? undefined : fields;
}

function valueOf([, name, group, number, words, quoted, single]: RegExpExecArray, isTag: boolean): unknown {
  if (number !== undefined) return isTag && name === 'address' ? number : numberOf(number);
  if (words !== undefined) return notWords.test(words) ? constants[words] : words;
  if (quoted !== undefined) return JSON.parse(`"${quoted}"`) as unknown;
  if (single !== undefined) return single;
  return isTag ? readFields(group, false) : undefined;
}

const constants: Readonly<Record<string, boolean>> = { true: true, false: false };

function numberOf(text: string): number | undefined {
  return /^-?\d{1,15}(?:\.\d{1,15})?$/.test(text) ? Number(text) : undefined;
}
