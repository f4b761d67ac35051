import { constants, type Stats } from 'node:fs';
import { lstat, open, readFile, rm } from 'node:fs/promises';
import { visitorFile } from './visitor-file.js';

export interface SocketVisitor {
  readonly name: string;
  readonly uid: number;
}

/** Visitors that are remembered: a command asks several times. The one that was quiet for longest is forgotten. */
const maxVisitors = 200;

const maxFileBytes = 64;

/**
 * Who comes over the local socket (SPEC §13.3): a unix socket does not say in Node, the owner of a file does. A command leaves a file with a random
 * name in the home and names it in each request; it is looked at once, and removed.
 */
export class SocketVisitors {
  readonly #home: string;
  readonly #known = new Map<string, SocketVisitor>();
  #names: Promise<ReadonlyMap<number, string>> | undefined;

  constructor(home: string) {
    this.#home = home;
  }

  /** Undefined for who shows nothing, or nothing that is his own. Never rejects. */
  async visitorOf(nonce: string | undefined): Promise<SocketVisitor | undefined> {
    if (nonce === undefined || !/^[\w-]{22,43}$/.test(nonce)) return undefined;
    const visitor = this.#known.get(nonce) ?? (await this.#look(nonce));
    if (!visitor) return undefined;
    this.#known.delete(nonce);
    this.#known.set(nonce, visitor);
    if (this.#known.size > maxVisitors) {
      const [oldest] = this.#known.keys();
      this.#known.delete(oldest);
    }
    return visitor;
  }

  async #look(nonce: string): Promise<SocketVisitor | undefined> {
    const path = visitorFile(this.#home, nonce);
    try {
      const { uid } = await ownerOf(path, nonce);
      return { uid, name: (await this.#userNames()).get(uid) ?? `uid ${uid}` };
    } catch {
      return undefined;
    } finally {
      await rm(path, { force: true }).catch(() => undefined);
    }
  }

  #userNames(): Promise<ReadonlyMap<number, string>> {
    this.#names ??= readUserNames();
    return this.#names;
  }
}

/** A link could show the file of somebody else: it is opened without following, has one name, and has the nonce in it. */
async function ownerOf(path: string, nonce: string): Promise<Stats> {
  if (!(await lstat(path)).isFile()) throw new TypeError('no file');
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const stats = await file.stat();
    const isOwn = stats.isFile() && stats.nlink === 1 && stats.size <= maxFileBytes;
    if (!isOwn || (await file.readFile('utf8')) !== nonce) throw new TypeError('not the file of a visitor');
    return stats;
  } finally {
    await file.close();
  }
}

/** passwd(5). Users of a directory service are not in it: they are known by their number. */
async function readUserNames(): Promise<ReadonlyMap<number, string>> {
  const text = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const lines = text.split('\n').map((line) => line.split(':'));
  return new Map(lines.filter((fields) => fields.length >= 3).map(([name, , uid]) => [Number(uid), name]));
}
