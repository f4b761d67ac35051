import { AttributeIds, DataType, NodeClass, type IAddressSpace } from 'node-opcua';
import { scalar, type Attributes } from './node-attributes.js';
import { SpaceNode } from './space-node.js';
import { folderType } from './type-definitions.js';
import type { EventListener } from '../alarms/event-listeners.js';
import type { Principal } from '@fieldwarden/gateway-contract';

/** Bit of EventNotifier. */
const subscribeToEvents = 1;

/** A segment of tag paths, as a folder object. */
export class FolderNode extends SpaceNode {
  readonly nodeClass = NodeClass.Object;
  readonly typeDefinition = folderType;

  /** Alarms of the area are told here as well (OPC 10000-3, 5.5.1). */
  get eventNotifier(): number {
    return this.space.eventListeners?.isNotifier(this.id) === true ? subscribeToEvents : 0;
  }

  /** The library looks here for the types that a filter names. */
  get addressSpace(): IAddressSpace | undefined {
    return this.space.eventListeners?.addressSpace;
  }

  override on(event: string, listener: (heard: never) => void): this {
    if (event === 'event') this.space.eventListeners?.add(this.id, listener as EventListener);
    return this;
  }

  override removeListener(event: string, listener: (heard: never) => void): this {
    if (event === 'event') this.space.eventListeners?.remove(this.id, listener as EventListener);
    return this;
  }

  protected override attributes(principal: Principal): Attributes {
    return { ...super.attributes(principal), [AttributeIds.EventNotifier]: scalar(DataType.Byte, this.eventNotifier) };
  }
}
