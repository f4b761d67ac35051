import { formatPath, type FieldPath, type Findings } from '../rules/findings.js';

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
  /** Folders, as they are spelt, that fit together with all names above them. */
  readonly #sound = new Set<string>();

  /** Tells at most one finding for a path: the first name on the way down that does not fit. */
  add(path: string, where: FieldPath, findings: Findings): void {
    if (path.split('/', 1)[0].toLowerCase() === reservedSegment) {
      findings.error(where, 'tag-path-reserved', `names below ${reservedSegment} are the gateway's own`);
      return;
    }
    const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    if (folder !== '' && !this.#sound.has(folder) && !this.#addFolders(folder, where, findings)) return;
    this.#addName({ spelling: path, isTag: true, where }, findings);
  }

  /** From the top down. False if one of them does not fit. */
  #addFolders(folder: string, where: FieldPath, findings: Findings): boolean {
    for (let end = folder.indexOf('/'); end >= 0; end = folder.indexOf('/', end + 1)) {
      if (!this.#addName({ spelling: folder.slice(0, end), isTag: false, where }, findings)) return false;
    }
    if (!this.#addName({ spelling: folder, isTag: false, where }, findings)) return false;
    this.#sound.add(folder);
    return true;
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

/** False if the two are the same folder. */
function tellConflict(name: Name, known: Name, findings: Findings): boolean {
  const { spelling, isTag, where } = name;
  const isSame = known.spelling === spelling;
  if (isSame && !isTag && !known.isTag) return false;
  const other = formatPath(known.where);
  if (!isSame) {
    findings.error(where, 'tag-path-case', `${spelling} and ${known.spelling} (${other}) differ only by case`);
  } else if (known.isTag !== isTag) {
    findings.error(where, 'tag-path-folder', `${spelling} is both a tag and a folder; the other one is ${other}`);
  } else {
    findings.error(where, 'tag-path-unique', `${spelling} is already the path of ${other}`);
  }
  return true;
}
