import { formatPath, type FieldPath, type Findings } from './findings.js';

interface Name {
  readonly spelling: string;
  readonly isTag: boolean;
  readonly where: FieldPath;
}

/** First segment of the tags that the gateway itself provides (SPEC §8.5). */
const reservedSegment = '_system';

/** The names of a site, tags and the folders above them, and what may not stand side by side (SPEC §8.1). */
export class TagNames {
  readonly #byLowerCase = new Map<string, Name>();

  /** Tells at most one finding for a path: the first name on the way down that does not fit. */
  add(path: string, where: FieldPath, findings: Findings): void {
    if (path.split('/', 1)[0].toLowerCase() === reservedSegment) {
      findings.error(where, 'tag-path-reserved', `names below ${reservedSegment} are the gateway's own`);
      return;
    }
    for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
      if (!this.#addName({ spelling: path.slice(0, end), isTag: false, where }, findings)) return;
    }
    this.#addName({ spelling: path, isTag: true, where }, findings);
  }

  #addName(name: Name, findings: Findings): boolean {
    const key = name.spelling.toLowerCase();
    const known = this.#byLowerCase.get(key);
    if (known === undefined) {
      this.#byLowerCase.set(key, name);
      return true;
    }
    return !tellConflict(name, known, findings);
  }
}

function tellConflict(name: Name, known: Name, findings: Findings): boolean {
  const { spelling, isTag, where } = name;
  const other = formatPath(known.where);
  if (known.spelling !== spelling) {
    findings.error(where, 'tag-path-case', `${spelling} and ${known.spelling} (${other}) differ only by case`);
  } else if (known.isTag !== isTag) {
    findings.error(where, 'tag-path-folder', `${spelling} is both a tag and a folder; the other one is ${other}`);
  } else if (isTag) {
    findings.error(where, 'tag-path-unique', `${spelling} is already the path of ${other}`);
  } else return false;
  return true;
}
