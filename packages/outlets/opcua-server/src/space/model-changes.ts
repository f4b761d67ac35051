import { messageOf, type Clock, type Logger } from '@fieldwarden/core';
import type { TagSource } from '@fieldwarden/service';
import {
  DataType,
  ModelChangeStructureDataType,
  Variant,
  VariantArrayType,
  type IAddressSpace,
  type NodeId,
} from 'node-opcua';
import type { TypeDefinition } from './type-definitions.js';
import { typeOfTag } from './type-definitions.js';

/** What comes within this is one event. */
const gatheredMs = 200;

/** Of one event; more is told as a change of anything. */
const maxChanges = 1_000;

/** Bits of ModelChangeStructureVerbMask (OPC 10000-5, 12.19). */
const nodeAdded = 1;
const nodeDeleted = 2;

export interface ModelChangesDependencies {
  readonly addressSpace: IAddressSpace;
  readonly store: TagSource;
  readonly nodeId: (path: string) => NodeId;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Change {
  readonly type: TypeDefinition;
  readonly verb: number;
}

/** Tells clients when tags come and go, by an event of the Server object (OPC 10000-5, 6.4.32): who browses knows when to do it again. */
export class ModelChanges implements Disposable {
  readonly #deps: ModelChangesDependencies;
  readonly #listening: Disposable;
  /** By path. A tag that went and came again has not changed the model. */
  readonly #changes = new Map<string, Change>();
  #isBeyond = false;
  #timer: Disposable | undefined;

  constructor(dependencies: ModelChangesDependencies) {
    this.#deps = dependencies;
    this.#listening = dependencies.store.onDefinition({
      defined: (handles) => this.#note(handles, nodeAdded),
      removed: (handles) => this.#note(handles, nodeDeleted),
    });
  }

  [Symbol.dispose](): void {
    this.#listening[Symbol.dispose]();
    this.#timer?.[Symbol.dispose]();
  }

  #note(handles: Iterable<number>, verb: number): void {
    for (const handle of handles) {
      if (this.#changes.size >= maxChanges) this.#isBeyond = true;
      if (this.#isBeyond) break;
      const definition = this.#deps.store.definition(handle);
      if (!definition) continue;
      const before = this.#changes.get(definition.path);
      if (before && before.verb !== verb) this.#changes.delete(definition.path);
      else this.#changes.set(definition.path, { type: typeOfTag(definition), verb });
    }
    this.#timer ??= this.#deps.clock.setTimer(() => this.#tell(), gatheredMs);
  }

  #tell(): void {
    this.#timer = undefined;
    const { addressSpace, nodeId, logger } = this.#deps;
    const changes = [...this.#changes].map(([path, { type, verb }]) => {
      return new ModelChangeStructureDataType({ affected: nodeId(path), affectedType: type.nodeId, verb });
    });
    const isBeyond = this.#isBeyond;
    this.#changes.clear();
    this.#isBeyond = false;
    if (changes.length === 0) return;
    const server = addressSpace.rootFolder.objects.server;
    const message = new Variant({ dataType: DataType.LocalizedText, value: { text: 'Tags came or went' } });
    const value = new Variant({
      dataType: DataType.ExtensionObject,
      arrayType: VariantArrayType.Array,
      value: changes,
    });
    try {
      if (isBeyond) server.raiseEvent('BaseModelChangeEventType', { message });
      else server.raiseEvent('GeneralModelChangeEventType', { message, changes: value });
    } catch (error) {
      logger.error(`OPC UA clients were not told that tags came or went: ${messageOf(error)}`, { error });
    }
  }
}
