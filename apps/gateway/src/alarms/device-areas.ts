import type { AlarmSubject } from '@fieldwarden/gateway-contract';
import type { TagStore } from '@fieldwarden/tags';

/**
 * Where the tags of drivers and devices are: the folder that all tags of one have in common, for grants and figures by area. Worked out
 * when somebody asks after the tags have changed.
 */
export class DeviceAreas implements Disposable {
  readonly #store: TagStore;
  readonly #following: Disposable;
  #areas: ReadonlyMap<string, string> | undefined;

  constructor(store: TagStore) {
    this.#store = store;
    const forget = (): void => void (this.#areas = undefined);
    this.#following = store.onDefinition({ defined: forget, removed: forget, redefined: forget });
  }

  /** Null: it has no tags, or they have no folder in common. */
  readonly areaOf = ({ driverId, device }: AlarmSubject): string | null => {
    if (driverId === undefined) return null;
    this.#areas ??= this.#workOut();
    return this.#areas.get(keyOf(driverId, device)) || null;
  };

  [Symbol.dispose](): void {
    this.#following[Symbol.dispose]();
  }

  #workOut(): ReadonlyMap<string, string> {
    const areas = new Map<string, string>();
    const put = (key: string, folder: string): void => {
      const known = areas.get(key);
      areas.set(key, known === undefined ? folder : commonFolder(known, folder));
    };
    for (const [path, handle] of this.#store.entries()) {
      const definition = this.#store.definition(handle);
      if (!definition || definition.driverId === null) continue;
      const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
      put(keyOf(definition.driverId, undefined), folder);
      if (definition.deviceId !== null) put(keyOf(definition.driverId, definition.deviceId), folder);
    }
    return areas;
  }
}

/** Ids of drivers have no spaces. */
function keyOf(driverId: string, device: string | undefined): string {
  return device === undefined ? driverId : `${driverId} ${device}`;
}

function commonFolder(a: string, b: string): string {
  if (a === b || b.startsWith(`${a}/`)) return a;
  if (a.startsWith(`${b}/`)) return b;
  const [left, right] = [a.split('/'), b.split('/')];
  const end = left.findIndex((segment, i) => segment !== right[i]);
  return left.slice(0, end).join('/');
}
