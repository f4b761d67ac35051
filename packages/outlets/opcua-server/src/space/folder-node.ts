import { AttributeIds, DataType, NodeClass } from 'node-opcua';
import { scalar, type Attributes } from './node-attributes.js';
import { SpaceNode } from './space-node.js';
import { folderType } from './type-definitions.js';

/** A segment of tag paths, as a folder object. */
export class FolderNode extends SpaceNode {
  readonly nodeClass = NodeClass.Object;
  readonly typeDefinition = folderType;

  protected override attributes(): Attributes {
    return { ...super.attributes(), [AttributeIds.EventNotifier]: scalar(DataType.Byte, 0) };
  }
}
