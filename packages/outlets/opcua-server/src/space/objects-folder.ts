import { makeNodeId, NodeClass, NodeId, QualifiedName } from 'node-opcua';
import type { ReferenceTarget } from './references.js';
import { folderType } from './type-definitions.js';

export const objectsFolderId = makeNodeId(85);

/** The standard node below which the top folders of the gateway stand. */
export const objectsFolder: ReferenceTarget = {
  nodeId: objectsFolderId,
  browseName: new QualifiedName({ name: 'Objects', namespaceIndex: 0 }),
  name: 'Objects',
  nodeClass: NodeClass.Object,
  typeDefinition: folderType,
};

export function isObjectsFolder(nodeId: unknown): boolean {
  return nodeId instanceof NodeId && nodeId.namespace === 0 && nodeId.value === objectsFolderId.value;
}
