import { readdirSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, nothingSecret, type Logger, type Redactor } from '@fieldwarden/core';
import { replaceFile } from '@fieldwarden/storage';
import { idOf, nameOf, type DriverName, type HostName } from '../host-name.js';
import type { PostMortem, PostMortemFacts } from './post-mortem.js';
import type { PostMortemSummary } from './post-mortem-summary.js';
import { UnkeptPostMortems } from './unkept-post-mortems.js';

/** For each driver or service; the oldest goes. */
const keptOfEach = 20;

/** Records that wait for a slow disk; what comes on top is lost, counted and logged. */
const maxWaiting = 100;

/** `<time>-<spawn>`, where the time has the form 2030-01-01T00-00-00-000Z, so that names sort by time. */
const idPattern = /^(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z)-(\d+)$/;

const ownerPattern = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/;

/** Under the state directory. Two folders, since a driver and a service may bear one name. */
export const postMortemFolders = { drivers: 'post-mortem', services: 'post-mortem-services' } as const;

/**
 * The post-mortems of all drivers, as `<stateDir>/post-mortem/<driverId>/<time>-<spawn>.json`, or of all services: the last 20 of each.
 * Nothing here rejects; a record that can't be written is told as such and lost at a restart. Reading waits for what is still being written.
 */
export class PostMortemStore<Name extends HostName = DriverName> {
  readonly #directory: string | undefined;
  readonly #logger: Logger;
  /** A Host's last words may have anything in them. */
  readonly #redactor: Redactor;
  readonly #lastTimes = new Map<string, string>();
  readonly #unkept = new UnkeptPostMortems<Name>();
  #writing: Promise<void> = Promise.resolve();
  #waiting = 0;
  /** Records given up because too many waited. */
  dropped = 0;

  /** Without a directory nothing is kept. */
  constructor(
    stateDir: string | undefined,
    logger: Logger,
    folder: string = postMortemFolders.drivers,
    redactor: Redactor = nothingSecret,
  ) {
    this.#directory = stateDir === undefined ? undefined : join(stateDir, folder);
    this.#logger = logger;
    this.#redactor = redactor;
  }

  /** Begins to write; returns the id under which `read` will find it, or undefined when it is not kept. */
  keep(record: PostMortem<Name>): string | undefined {
    const ownerId = idOf(record);
    const directory = this.#directoryOf(ownerId);
    if (directory === undefined) return undefined;
    if (this.#waiting >= maxWaiting) return this.#drop(nameOf(record));
    const id = `${this.#nextTime(ownerId, directory, record.at)}-${record.spawn}`;
    this.#waiting += 1;
    this.#writing = this.#writing.then(() => this.#write(directory, id, record));
    return id;
  }

  /** Newest first. Files that are damaged are left out. */
  async list(ownerId: string): Promise<readonly PostMortemSummary<Name>[]> {
    const ids = await this.#ids(ownerId);
    const records = await Promise.all(ids.map((id) => this.read(ownerId, id)));
    const kept = records.flatMap((record, index) => (record ? [summaryOf(record, ids[index])] : []));
    const all = [...kept, ...this.#unkept.of(ownerId)];
    return all.sort((a, b) => compareIds(b.postMortemId, a.postMortemId));
  }

  async latest(ownerId: string): Promise<PostMortem<Name> | undefined> {
    for (const { postMortemId } of await this.list(ownerId)) {
      const record = await this.read(ownerId, postMortemId);
      if (record) return record;
    }
    return undefined;
  }

  /** Undefined when there is none of this id, or it is damaged. */
  async read(ownerId: string, postMortemId: string): Promise<PostMortem<Name> | undefined> {
    const directory = this.#directoryOf(ownerId);
    if (directory === undefined || !idPattern.test(postMortemId)) return undefined;
    await this.settled();
    try {
      const file = join(directory, `${postMortemId}.json`);
      const record: unknown = JSON.parse(this.#unkept.text(ownerId, postMortemId) ?? (await readFile(file, 'utf8')));
      return isPostMortem<Name>(record) ? record : undefined;
    } catch {
      return undefined;
    }
  }

  /** Everything given to `keep` so far is on disk, or given up. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  #directoryOf(ownerId: string): string | undefined {
    return this.#directory === undefined || !ownerPattern.test(ownerId) ? undefined : join(this.#directory, ownerId);
  }

  async #ids(ownerId: string): Promise<readonly string[]> {
    const directory = this.#directoryOf(ownerId);
    if (directory === undefined) return [];
    await this.settled();
    return idsIn(await readdir(directory).catch(() => [])).reverse();
  }

  /** Never before an earlier one's, so that the newest stays the last even after the wall clock was set back. */
  #nextTime(ownerId: string, directory: string, at: string): string {
    const last = this.#lastTimes.get(ownerId) ?? idsIn(namesIn(directory)).at(-1)?.match(idPattern)?.[1] ?? '';
    const time = at.replace(/[:.]/g, '-');
    const next = time > last ? time : last;
    this.#lastTimes.set(ownerId, next);
    return next;
  }

  #drop(name: HostName): undefined {
    this.dropped += 1;
    this.#logger.warn('a post-mortem was not kept: the disk is too slow', { ...name, dropped: this.dropped });
  }

  async #write(directory: string, id: string, record: PostMortem<Name>): Promise<void> {
    const path = join(directory, `${id}.json`);
    const text = `${this.#redactor.redactJson(record)}\n`;
    try {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      await replaceFile(path, text);
      await this.#prune(directory);
    } catch (error) {
      const why = messageOf(error);
      this.#unkept.add(idOf(record), summaryOf(record, id, why), text);
      this.#logger.warn('a post-mortem could not be written and is lost at a restart', {
        ...nameOf(record),
        path,
        error: why,
      });
    } finally {
      this.#waiting -= 1;
    }
  }

  async #prune(directory: string): Promise<void> {
    const surplus = idsIn(await readdir(directory)).slice(0, -keptOfEach);
    await Promise.all(surplus.map((id) => rm(join(directory, `${id}.json`), { force: true })));
  }
}

/** Oldest first; a later process of the same millisecond comes later. */
function idsIn(names: readonly string[]): string[] {
  return names
    .flatMap((name) =>
      name.endsWith('.json') ? (idPattern.exec(name.slice(0, -'.json'.length)) ?? []).slice(0, 1) : [],
    )
    .sort((a, b) => compareIds(a, b));
}

function compareIds(a: string, b: string): number {
  const [, timeA, spawnA] = idPattern.exec(a)!;
  const [, timeB, spawnB] = idPattern.exec(b)!;
  return timeA === timeB ? Number(spawnA) - Number(spawnB) : timeA < timeB ? -1 : 1;
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function isPostMortem<Name extends HostName>(value: unknown): value is PostMortem<Name> {
  const record = value as Partial<PostMortemFacts & { driverId: unknown; serviceId: unknown }> | null;
  return (
    typeof (record?.driverId ?? record?.serviceId) === 'string' &&
    typeof record?.spawn === 'number' &&
    typeof record.at === 'string'
  );
}

function summaryOf<Name extends HostName>(
  record: PostMortem<Name>,
  postMortemId: string,
  notKept?: string,
): PostMortemSummary<Name> {
  const { spawn, cause, exitCode, signal, at, generation }: PostMortemFacts = record;
  const why = notKept === undefined ? {} : { notKept };
  return Object.assign(nameOf(record) as Name, {
    postMortemId,
    spawn,
    cause,
    exitCode,
    signal,
    at,
    generation,
    ...why,
  });
}
