import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { moduleFoldersOption, secretFoldersOption } from './folder-options.js';

it.each([moduleFoldersOption(), secretFoldersOption()])(
  'folders are those of who types, wherever they are opened (%s)',
  (option) => {
    const once = option.parseArg!('drivers, ../more', undefined as never);
    expect(option.parseArg!('/third', once)).toEqual([resolve('drivers'), resolve('../more'), '/third']);
  },
);
