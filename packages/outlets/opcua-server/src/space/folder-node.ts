import { AttributeIds, DataType, NodeClass } from 'node-opcua';
import { scalar, type Attributes } from './node-attributes.js';
import { SpaceNode } from './space-node.js';
import { folderType } from './type-definitions.js';
import type { Principal } from '@fieldwarden/gateway-contract';

/** A segment of tag paths, as a folder object. */
export class FolderNode extends SpaceNode {
  readonly nodeClass = NodeClass.Object;
  readonly typeDefinition = folderType;

  /** Events are the Server object's. */
  readonly eventNotifier = 0;

  protected override attributes(principal: Principal): Attributes {
    return { ...super.attributes(principal), [AttributeIds.EventNotifier]: scalar(DataType.Byte, this.eventNotifier) };
  }
}
