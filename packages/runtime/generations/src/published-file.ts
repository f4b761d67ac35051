import type { Finding } from '@fieldwarden/gateway-contract';
import type { GenerationSummary } from '@fieldwarden/authority';
import type { AuthorityAccess } from './ports.js';

/** A plant file, by its place and by what it says. */
export interface FileIdentity {
  /** Absolute. */
  readonly path: string;
  /** `textDigest` of the file. */
  readonly text: string;
  /** `documentDigest` of what it says; undefined for a file that says nothing acceptable. */
  readonly document: string | undefined;
}

/** What was last published from a file. */
export interface LastPublished {
  readonly generation: number;
  /** The file is as it was then. */
  readonly unchanged: boolean;
}

const pageSize = 200;

/** Who published a start's file before generations remembered their source. */
const fileAuthor = 'plant file';

/**
 * The newest generation that has to do with the file: it was published from there, or it has this very text. Undefined if there is none.
 * `running` is looked at first: an authority that was lost may know less than what is sealed here. Rejects while the authority is away.
 */
export async function lastPublished(
  authority: Pick<AuthorityAccess, 'read'>,
  file: FileIdentity,
  running: GenerationSummary,
): Promise<LastPublished | undefined> {
  const here = judge(running, file);
  if (here) return here;
  for (let before = Infinity; ;) {
    const page = await authority.read((site) => site.generations({ before, limit: pageSize }));
    for (const summary of page) {
      const judged = judge(summary, file);
      if (judged) return judged;
    }
    const last = page.at(-1);
    if (!last || page.length < pageSize) return undefined;
    before = last.generation;
  }
}

/** Undefined for a generation that says nothing about the file. */
function judge(
  { generation, source, sha256, author }: GenerationSummary,
  file: FileIdentity,
): LastPublished | undefined {
  if (source) {
    if (source.sha256 === file.text) return { generation, unchanged: true };
    return source.file === file.path ? { generation, unchanged: false } : undefined;
  }
  // Published by a version that kept no source: its content is all there is to compare.
  if (sha256 === file.document) return { generation, unchanged: true };
  return author === fileAuthor ? { generation, unchanged: false } : undefined;
}

/** For the operator: what the start did not do, and how to choose. */
export function fileDiffers(name: string, published: number, running: GenerationSummary): string {
  const { generation, author, message } = running;
  return (
    `${name} is not what runs: it has not changed since generation ${published} was published from it, and generation ${generation} ` +
    `(${author}: ${message}) runs. ${howToChoose(name)}`
  );
}

export function fileRefused(
  { name, findings }: { readonly name: string; readonly findings: readonly Finding[] },
  published: number,
  running: GenerationSummary,
): string {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  const more = errors.length > 1 ? `, and ${errors.length - 1} more` : '';
  return (
    `${name} would be refused now (${first.line === undefined ? '' : `line ${first.line}: `}${first.path}: ${first.message}${more}), but it has not changed since generation ` +
    `${published} was published from it: generation ${running.generation} (${running.author}: ${running.message}) runs. ` +
    `All that is wrong with it: fieldwarden config validate ${name}`
  );
}

export function fileHeld(name: string, held: string): string {
  return `${name} is not published: ${held}. ${howToChoose(name)}`;
}

function howToChoose(name: string): string {
  return (
    `To publish the file: fieldwarden config publish ${name} -m TEXT, or fieldwarden up --plant ${name} --force; ` +
    `to keep what runs in the file: fieldwarden config show > ${name}`
  );
}
