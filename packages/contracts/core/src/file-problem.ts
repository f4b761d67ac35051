import { messageOf } from './errors.js';

const words: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
};

/** Why a file that somebody named cannot be read: in words, or what the system says of it. */
export function fileProblem(thrown: unknown): string {
  return words[(thrown as NodeJS.ErrnoException | undefined)?.code ?? ''] ?? messageOf(thrown);
}
