/**
 * Sparkplug B 3.0.0, section 4: `namespace/group/type/node[/device]`. A later version has other verbs and another namespace:
 * everything that knows their names stands here.
 */
export const namespace = 'spBv1.0';

/** Each type of message, and whether its topic ends with a device. */
const hasDeviceLevel = {
  NBIRTH: false,
  NDEATH: false,
  NDATA: false,
  NCMD: false,
  DBIRTH: true,
  DDEATH: true,
  DDATA: true,
  DCMD: true,
} as const;

export type MessageType = keyof typeof hasDeviceLevel;

export interface SparkplugTopic {
  readonly group: string;
  readonly type: MessageType;
  readonly node: string;
  /** Undefined for messages of the node. */
  readonly device: string | undefined;
}

export function formatTopic(group: string, type: MessageType, node: string, device?: string): string {
  const ofNode = `${namespace}/${group}/${type}/${node}`;
  return hasDeviceLevel[type] ? `${ofNode}/${device}` : ofNode;
}

/** Undefined for everything else: STATE, other namespaces, a type with a level too many or too few. */
export function parseTopic(topic: string): SparkplugTopic | undefined {
  const levels = topic.split('/');
  const [space, group, type, node, device] = levels;
  if (space !== namespace || !Object.hasOwn(hasDeviceLevel, type ?? '')) return undefined;
  const expectedLevels = hasDeviceLevel[type as MessageType] ? 5 : 4;
  if (levels.length !== expectedLevels || levels.includes('')) return undefined;
  return { group, type: type as MessageType, node, device };
}

/** Why an id cannot be a level of a topic; undefined when it can. */
export function topicLevelProblem(id: string): string | undefined {
  if (id === '') return 'is empty';
  const odd = /[+#/\0]/.exec(id);
  if (odd) return `holds ${odd[0] === '\0' ? 'NUL' : odd[0]}, which MQTT reserves`;
  return id.isWellFormed() ? undefined : 'is no valid Unicode';
}

/** Where a host says whether it is there: the form of 3.0, and that of 2.2 which older hosts use. */
export function stateTopics(host: string): { readonly current: string; readonly legacy: string } {
  return { current: `${namespace}/STATE/${host}`, legacy: `STATE/${host}` };
}
