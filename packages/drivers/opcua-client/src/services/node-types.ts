import { isBad, statusCodes } from '@fieldwarden/core';
import type { NodeId } from 'node-opcua-client';
import { rejected } from '../line/errors.js';
import type { Link } from '../line/link.js';
import { builtIn, standsFor } from '../values/built-in-types.js';
import type { UaDataValue } from '../values/ua-value.js';
import type { NodeType } from '../values/written-value.js';

const timeoutMs = 5_000;
const attributes = { value: 13, dataType: 14, valueRank: 15 } as const;
const subtypeReference = 45;
const maxDepth = 20;

/** What nodes of one server take, asked once for each node. */
export class NodeTypes {
  readonly #link: Link;
  readonly #known = new Map<string, NodeType>();
  readonly #builtIns = new Map<string, number>();

  constructor(link: Link) {
    this.#link = link;
  }

  forget(): void {
    this.#known.clear();
  }

  /** Rejects with kind `rejected` for a node that the server does not have. */
  async of(nodeId: NodeId): Promise<NodeType> {
    const key = nodeId.toString();
    const known = this.#known.get(key);
    if (known) return known;
    const type = await this.#ask(nodeId);
    this.#known.set(key, type);
    return type;
  }

  async #ask(nodeId: NodeId): Promise<NodeType> {
    const { library } = this.#link;
    const request = new library.ReadRequest({
      maxAge: 0,
      timestampsToReturn: library.TimestampsToReturn.Neither,
      nodesToRead: Object.values(attributes).map((attributeId) => ({ nodeId, attributeId })),
    });
    const { results } = await this.#link.request<{ results: UaDataValue[] }>(request, { timeoutMs });
    const [value, dataType, valueRank] = results;
    if (isBad(dataType.statusCode.value))
      throw rejected(dataType.statusCode.value, `the server does not tell the type of ${nodeId.toString()}`);
    const present = value.value;
    const isKnown =
      present !== null && present !== undefined && present.dataType !== builtIn.Null && !isBad(value.statusCode.value);
    const rank = (valueRank.value?.value as number | undefined) ?? -1;
    return {
      dataType: isKnown ? present.dataType : await this.builtInOf(dataType.value!.value as NodeId),
      isArray: isKnown ? present.arrayType !== 0 : rank >= 0,
      dimensions: isKnown && present.dimensions ? [...present.dimensions] : undefined,
    };
  }

  /** The built-in type that a DataType comes down to (OPC 10000-3, 5.8.3). */
  async builtInOf(dataType: NodeId): Promise<number> {
    const key = dataType.toString();
    const known = this.#builtIns.get(key) ?? (await this.#findBuiltIn(dataType));
    this.#builtIns.set(key, known);
    return known;
  }

  async #findBuiltIn(dataType: NodeId): Promise<number> {
    let type = dataType;
    for (let depth = 0; depth < maxDepth; depth += 1) {
      if (type.namespace === 0 && typeof type.value === 'number') {
        const number = standsFor.get(type.value) ?? type.value;
        if (number <= builtIn.DiagnosticInfo) return number;
      }
      const base = await this.#baseOf(type);
      if (!base) break;
      type = base;
    }
    throw rejected(
      statusCodes.BadDataTypeIdUnknown,
      `the type ${dataType.toString()} of the node comes down to none that is known`,
    );
  }

  async #baseOf(type: NodeId): Promise<NodeId | undefined> {
    const { library } = this.#link;
    const request = new library.BrowseRequest({
      nodesToBrowse: [
        {
          nodeId: type,
          browseDirection: library.BrowseDirection.Inverse,
          referenceTypeId: library.makeNodeId(subtypeReference),
          includeSubtypes: false,
          resultMask: 0,
        },
      ],
    });
    const { results } = await this.#link.request<{ results: { references: { nodeId: NodeId }[] | null }[] }>(request, {
      timeoutMs,
    });
    return results[0]?.references?.[0]?.nodeId;
  }
}
