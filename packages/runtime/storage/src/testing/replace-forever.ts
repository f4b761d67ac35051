import { replaceFile, replaceFileSync } from '../files/replace-file.js';
import { numberedContent } from './numbered-content.js';

/** `node replace-forever.js FILE async|sync`: replaces the file without end, to be killed at any moment. Prints a line once it has begun. */
const [path, form] = process.argv.slice(2);
for (let i = 0; ; i += 1) {
  if (form === 'sync') replaceFileSync(path, numberedContent(i));
  else await replaceFile(path, numberedContent(i));
  if (i === 3) process.stdout.write('replacing\n');
}
