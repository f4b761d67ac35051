import { isBad } from '@fieldwarden/core';
import type { NodeId } from 'node-opcua-client';
import type { Link } from '../line/link.js';
import { bigintOf, type UaDataValue } from '../values/ua-value.js';
import { isPair } from '../values/plain-json.js';
import { readNodes, type ReadTerms } from './read-nodes.js';

/** What the numbers of an enumeration mean. */
export type Texts = ReadonlyMap<number, string>;

const dataTypeAttribute = 14;
/** Types up to this one of namespace 0 are built in: no enumerations. */
const lastBuiltIn = 25;
const hasProperty = 46;

interface Reference {
  readonly nodeId: NodeId;
  readonly browseName: { readonly name: string | null };
}

/** The texts of a server's enumerations (OPC 10000-3, 5.8.3: EnumStrings, EnumValues), asked for once for each type. */
export class EnumTexts {
  readonly #link: Link;
  readonly #byType = new Map<string, Texts | undefined>();

  constructor(link: Link) {
    this.#link = link;
  }

  /** Of each node; undefined for one that is no enumeration, or does not say. Rejects when the link fails. */
  async of(nodeIds: readonly NodeId[], terms: ReadTerms): Promise<readonly (Texts | undefined)[]> {
    const types: (NodeId | undefined)[] = nodeIds.map(() => undefined);
    await readNodes(this.#link, nodeIds, { ...terms, attributeId: dataTypeAttribute }, (i, { value, statusCode }) => {
      if (!isBad(statusCode.value)) types[i] = (value?.value as NodeId | null) ?? undefined;
    });
    const texts: (Texts | undefined)[] = [];
    for (const type of types) texts.push(type && (await this.#ofType(type, terms)));
    return texts;
  }

  async #ofType(type: NodeId, terms: ReadTerms): Promise<Texts | undefined> {
    if (type.namespace === 0 && Number(type.value) <= lastBuiltIn) return undefined;
    const key = type.toString();
    if (!this.#byType.has(key)) this.#byType.set(key, await this.#ask(type, terms));
    return this.#byType.get(key);
  }

  async #ask(type: NodeId, terms: ReadTerms): Promise<Texts | undefined> {
    const { library } = this.#link;
    const request = new library.BrowseRequest({
      nodesToBrowse: [
        {
          nodeId: type,
          browseDirection: library.BrowseDirection.Forward,
          referenceTypeId: library.makeNodeId(hasProperty),
          includeSubtypes: true,
          resultMask: 63,
        },
      ],
    });
    const { results } = await this.#link.request<{ results: { references: Reference[] | null }[] }>(request, terms);
    const property = results[0]?.references?.find(
      ({ browseName: { name } }) => name === 'EnumStrings' || name === 'EnumValues',
    );
    if (!property) return undefined;
    let texts: Texts | undefined;
    await readNodes(this.#link, [property.nodeId], terms, (_, value) => (texts = textsOf(value)));
    return texts;
  }
}

function textsOf({ value }: UaDataValue): Texts | undefined {
  if (!Array.isArray(value?.value)) return undefined;
  return new Map(
    (value.value as readonly EnumText[]).map((one, i) =>
      one.displayName ? [numberOf(one.value), one.displayName.text ?? ''] : [i, one.text ?? ''],
    ),
  );
}

/** A LocalizedText of EnumStrings, or an EnumValueType of EnumValues. */
interface EnumText {
  readonly text?: string | null;
  readonly value?: unknown;
  readonly displayName?: { readonly text?: string | null };
}

function numberOf(value: unknown): number {
  return isPair(value) ? Number(bigintOf(value, true)) : Number(value);
}
