import { Option } from 'commander';
import { resolve } from 'node:path';

/** Where modules of third parties may lie. */
export function moduleFoldersOption(): Option {
  return new Option(
    '--drivers <folder>',
    'load drivers and services of third parties from here (default: the folder of the plant file); may be repeated',
  )
    .env('FIELDWARDEN_DRIVERS')
    .argParser(addFolders);
}

/** Where secret files may lie. */
export function secretFoldersOption(): Option {
  return new Option('--secrets <folder>', 'let ${file:PATH} read below this folder, too; may be repeated')
    .env('FIELDWARDEN_SECRETS')
    .argParser(addFolders);
}

/** Who opens them may have another working directory. */
function addFolders(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...addNames(text).map((folder) => resolve(folder))];
}

/** Several, one after the other or with commas. */
export function addNames(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(',').flatMap((name) => name.trim() || [])];
}
