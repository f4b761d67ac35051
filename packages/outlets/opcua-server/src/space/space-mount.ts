import { NodeClass, type BaseNode, type NodeId, type RelativePathElement } from 'node-opcua';
import { objectsFolderId } from './browser.js';
import { SpaceAccessor } from './space-accessor.js';
import { TagSpace, type TagSpaceDependencies } from './tag-space.js';
import type { UserServer } from '../server/user-server.js';
import type { TagWriter } from '@fieldwarden/service';

/** Members of the library's namespace and nodes that its types do not show. */
interface NodeLookup {
  findNode2(nodeId: NodeId): unknown;
}

interface PathStep {
  browseNodeByTargetName(element: RelativePathElement, isLast: boolean): NodeId[];
}

/**
 * Puts the tags into an initialised server: its node lookup (monitored items, browse paths, registered nodes) also finds the
 * nodes of the space, and its Browse, Read and Write go through the space's accessor.
 */
export function mountSpace(
  server: UserServer,
  site: string,
  writer: TagWriter,
  dependencies: Omit<TagSpaceDependencies, 'users'>,
): TagSpace {
  const { addressSpace, addressSpaceAccessor } = server.engine;
  const objects = addressSpace?.findNode(objectsFolderId);
  if (!addressSpace || !addressSpaceAccessor || !objects) throw new Error('the OPC UA server is not initialised');
  const namespace = addressSpace.registerNamespace(`urn:fieldwarden:${site}`);
  const space = new TagSpace(namespace.index, { ...dependencies, users: server.users });
  (namespace as unknown as NodeLookup).findNode2 = (nodeId) => space.find(nodeId) ?? null;
  leadPathsInto(objects, space);
  server.engine.addressSpaceAccessor = new SpaceAccessor({
    inner: addressSpaceAccessor,
    isReferenceType: (nodeId) => addressSpace.findNode(nodeId)?.nodeClass === NodeClass.ReferenceType,
    space,
    writer,
    clock: dependencies.clock,
    logger: dependencies.logger,
  });
  return space;
}

/** Browse paths that start at the Objects folder also find the top folders. */
function leadPathsInto(objects: BaseNode, space: TagSpace): void {
  const folder = objects as unknown as PathStep;
  const inherited = folder.browseNodeByTargetName.bind(folder);
  folder.browseNodeByTargetName = (element, isLast) => [...inherited(element, isLast), ...space.step('', element)];
}
