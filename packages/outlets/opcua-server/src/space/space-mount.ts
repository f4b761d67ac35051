import { type BaseNode, type NodeId, type RelativePathElement } from 'node-opcua';
import { Happenings } from '../events/happenings.js';
import { DriverObjects } from '../methods/driver-objects.js';
import { GatewayMethods } from '../methods/gateway-methods.js';
import { objectsFolderId } from './objects-folder.js';
import { ModelChanges } from './model-changes.js';
import { SpaceAccessor } from './space-accessor.js';
import { TagSpace, type TagSpaceDependencies } from './tag-space.js';
import type { UserServer } from '../server/user-server.js';
import { isBad, messageOf } from '@fieldwarden/core';
import type { AlarmDesk, AlarmFeed, GatewayActs, HistoryDesk, TagSource, TagWriter } from '@fieldwarden/service';
import { ConditionMethods } from '../alarms/condition-methods.js';
import { Conditions } from '../alarms/conditions.js';
import { EventListeners } from '../alarms/event-listeners.js';
import { addNamespaceMetadata, type NamespaceFacts } from '../claims/namespace-metadata.js';
import { buildDate } from '../claims/server-object.js';

/** Members of the library's namespace and nodes that its types do not show. */
interface NodeLookup {
  findNode2(nodeId: NodeId): unknown;
}

interface PathStep {
  browseNodeByTargetName(element: RelativePathElement, isLast: boolean): NodeId[];
}

export interface MountOptions {
  readonly site: string;
  /** Of the product. */
  readonly version: string;
  /** Whether acts on the gateway are offered. Default: yes. */
  readonly methods?: boolean;
  /** Whether alarms are shown. Default: yes, where there are any. */
  readonly alarms?: boolean;
}

/** The gateway's alarms, as far as the server needs them. */
export interface OutletAlarms {
  readonly feed: AlarmFeed;
  readonly desk: AlarmDesk;
}

/** Of nodes that are the server's, not the plant's: the same in every gateway. */
export const serverNamespaceUri = 'urn:fieldwarden:server';

/** The tags are those of a generation of the configuration. */
function tagFacts(tags: TagSource, startedAt: Date): Pick<NamespaceFacts, 'version' | 'publishedAt'> {
  const generation = () => {
    const read = tags.read(tags.handleOf('_system/generation') ?? -1);
    return isBad(read.status) ? undefined : read;
  };
  return {
    version: () => String(generation()?.value ?? 0),
    publishedAt: () => new Date(generation()?.sourceAtMs ?? startedAt.getTime()),
  };
}

/**
 * Puts the tags into an initialised server: its node lookup (monitored items, browse paths, registered nodes) also finds the
 * nodes of the space, and its Browse, Read and Write go through the space's accessor.
 */
export function mountSpace(
  server: UserServer,
  { site, version, methods, alarms: wantsAlarms }: MountOptions,
  { writer, history }: { readonly writer: TagWriter; readonly history: HistoryDesk },
  dependencies: Omit<TagSpaceDependencies, 'users' | 'eventListeners'> & {
    readonly acts: GatewayActs;
    readonly alarms?: OutletAlarms | undefined;
  },
): TagSpace {
  const { addressSpace, addressSpaceAccessor } = server.engine;
  const objects = addressSpace?.findNode(objectsFolderId);
  if (!addressSpace || !addressSpaceAccessor || !objects) throw new Error('the OPC UA server is not initialised');
  const namespace = addressSpace.registerNamespace(`urn:fieldwarden:${site}`);
  // The gateway's namespace has nodes of its own making only; what the library's services work on stands in a second one.
  const objectsNamespace = addressSpace.registerNamespace(serverNamespaceUri);
  const startedAt = new Date(dependencies.clock.wallMs());
  addNamespaceMetadata(addressSpace, objectsNamespace, {
    uri: namespace.namespaceUri,
    ...tagFacts(dependencies.store, startedAt),
  });
  addNamespaceMetadata(addressSpace, objectsNamespace, {
    uri: serverNamespaceUri,
    version: () => version,
    publishedAt: () => buildDate() ?? startedAt,
  });
  const { alarms, logger } = dependencies;
  const isShown = alarms !== undefined && wantsAlarms !== false;
  const eventListeners = isShown
    ? new EventListeners(addressSpace, (error) =>
        logger.error(`an OPC UA client was not told of an alarm: ${messageOf(error)}`, { error }),
      )
    : undefined;
  const space = new TagSpace(namespace.index, { ...dependencies, users: server.users, eventListeners });
  (namespace as unknown as NodeLookup).findNode2 = (nodeId) => space.find(nodeId) ?? null;
  space.endWith(new ModelChanges({ ...dependencies, addressSpace, nodeId: (path) => space.nodeId(path) }));
  if (methods !== false) {
    const gatewayMethods = new GatewayMethods({
      namespace: objectsNamespace,
      acts: dependencies.acts,
      principalOf: (context) => space.principalOf(context),
    });
    const { store } = dependencies;
    space.endWith(new DriverObjects({ addressSpace, namespace: objectsNamespace, store, methods: gatewayMethods }));
  }
  space.endWith(new Happenings({ ...dependencies, addressSpace }));
  let conditionMethods: ConditionMethods | undefined;
  if (isShown && eventListeners) {
    addressSpace.installAlarmsAndConditionsService();
    const nodeId = (id: string): NodeId => space.nodeId(id);
    const conditions = new Conditions({
      ...dependencies,
      addressSpace,
      feed: alarms.feed,
      listeners: eventListeners,
      nodeId,
    });
    space.endWith(conditions);
    conditionMethods = new ConditionMethods({ desk: alarms.desk, conditions });
  }
  leadPathsInto(objects, space);
  server.engine.addressSpaceAccessor = new SpaceAccessor({
    inner: addressSpaceAccessor,
    findStandard: (nodeId) => addressSpace.findNode(nodeId),
    space,
    conditionMethods,
    writer,
    history,
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
