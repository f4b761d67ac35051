import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder of these files for the length of a test; what is no text is written as JSON. */
export class TestingTree {
  folder = mkdtempSync(join(tmpdir(), 'fieldwarden-tree-'));

  constructor(files = {}) {
    for (const [path, content] of Object.entries(files)) this.write(path, content);
  }

  path(path) {
    return join(this.folder, path);
  }

  write(path, content) {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), typeof content === 'string' ? content : JSON.stringify(content));
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
