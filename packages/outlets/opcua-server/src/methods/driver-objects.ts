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
    this.#add(Array.from(store.entries(), ([, handle]) => handle));
    this.#listening = store.onDefinition({
      defined: (handles) => this.#add(handles),
      removed: (handles) => this.#remove(handles),
    });
  }

  [Symbol.dispose](): void {
    this.#listening[Symbol.dispose]();
  }

  #add(handles: Iterable<number>): void {
    const { namespace, methods } = this.#deps;
    for (const driverId of this.#driversOf(handles)) {
      if (this.#objects.has(driverId)) continue;
      const object = namespace.addObject({
        nodeId: `s=Drivers/${driverId}`,
        browseName: { name: driverId, namespaceIndex: namespace.index },
        organizedBy: this.#folder,
      });
      methods.addDriverMethods(object, driverId);
      this.#objects.set(driverId, object);
    }
  }

  #remove(handles: Iterable<number>): void {
    for (const driverId of this.#driversOf(handles)) {
      const object = this.#objects.get(driverId);
      if (object) this.#deps.namespace.deleteNode(object);
      this.#objects.delete(driverId);
    }
  }

  *#driversOf(handles: Iterable<number>): Generator<string> {
    for (const handle of handles) {
      const found = driverPattern.exec(this.#deps.store.definition(handle)?.path ?? '')?.[1];
      if (found !== undefined) yield found;
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
