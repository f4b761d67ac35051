import type { TagSource } from '@fieldwarden/service';
import { makeNodeId, type IAddressSpace, type Namespace, type UAObject } from 'node-opcua';
import { objectsFolderId } from '../space/objects-folder.js';
import type { GatewayMethods } from './gateway-methods.js';

export interface DriverObjectsDependencies {
  readonly addressSpace: IAddressSpace;
  readonly namespace: Namespace;
  readonly store: TagSource;
  readonly methods: GatewayMethods;
}

/** Which drivers there are, the gateway tells by tags. */
const driverPattern = /^_system\/drivers\/([^/]+)\/state$/;

const folderTypeId = makeNodeId(61);

/** The objects Drivers and Configuration below Objects, with a method for each act. The objects of drivers come and go with these. */
export class DriverObjects implements Disposable {
  readonly #deps: DriverObjectsDependencies;
  readonly #folder: UAObject;
  readonly #objects = new Map<string, UAObject>();
  readonly #listening: Disposable;

  constructor(dependencies: DriverObjectsDependencies) {
    this.#deps = dependencies;
    const { store, methods } = dependencies;
    this.#folder = this.#addFolder('Drivers');
    methods.addConfigurationMethods(this.#addFolder('Configuration'));
    for (const [path] of store.entries()) this.#add(driverOf(path));
    this.#listening = store.onDefinition({
      defined: (handles) => this.#each(handles, (driverId) => this.#add(driverId)),
      removed: (handles) => this.#each(handles, (driverId) => this.#remove(driverId)),
    });
  }

  [Symbol.dispose](): void {
    this.#listening[Symbol.dispose]();
  }

  #add(driverId: string | undefined): void {
    if (driverId === undefined || this.#objects.has(driverId)) return;
    const { namespace, methods } = this.#deps;
    const object = namespace.addObject({
      nodeId: `s=Drivers/${driverId}`,
      browseName: { name: driverId, namespaceIndex: namespace.index },
      organizedBy: this.#folder,
    });
    methods.addDriverMethods(object, driverId);
    this.#objects.set(driverId, object);
  }

  #remove(driverId: string): void {
    const object = this.#objects.get(driverId);
    if (object) this.#deps.namespace.deleteNode(object);
    this.#objects.delete(driverId);
  }

  #each(handles: Iterable<number>, act: (driverId: string) => void): void {
    for (const handle of handles) {
      const driverId = driverOf(this.#deps.store.definition(handle)?.path ?? '');
      if (driverId !== undefined) act(driverId);
    }
  }

  #addFolder(name: string): UAObject {
    const { addressSpace, namespace } = this.#deps;
    return namespace.addObject({
      nodeId: `s=${name}`,
      browseName: { name, namespaceIndex: namespace.index },
      typeDefinition: folderTypeId,
      organizedBy: addressSpace.findNode(objectsFolderId)!,
    });
  }
}

function driverOf(path: string): string | undefined {
  return driverPattern.exec(path)?.[1];
}
