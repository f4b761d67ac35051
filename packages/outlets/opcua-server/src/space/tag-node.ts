import type { Principal, TagDefinition } from '@fieldwarden/gateway-contract';
import { AccessLevelFlag, AttributeIds, type DataValue } from 'node-opcua';
import { localizedText, type Attributes } from './node-attributes.js';
import type { NodeSpace, ValueListener } from './space-node.js';
import { propertiesOf, type TagProperty } from '../properties/tag-properties.js';
import { typeOfTag, type TypeDefinition } from './type-definitions.js';
import { uaDataTypes } from '../values/ua-types.js';
import { VariableNode } from './variable-node.js';

/** The namespace, as far as a tag's node asks it. */
export interface TagNodeSpace extends NodeSpace {
  /** What a Read of this tag's Value answers now. */
  present(node: TagNode): DataValue;
  /** Whether history is kept at present. */
  readonly keepsHistory: boolean;
  /** Called when the first monitored item takes the node. */
  hold(node: TagNode): void;
  /** Called when the last monitored item let go of the node. */
  release(node: TagNode): void;
  /** Node of a property. */
  property(definition: TagDefinition, property: TagProperty): unknown;
}

/** The variable of a tag. Kept by the address space as long as a monitored item holds on to it. */
export class TagNode extends VariableNode {
  declare readonly space: TagNodeSpace;
  /** Undefined after the tag was removed; set again when a tag of the same path comes. */
  handle: number | undefined;
  /** The tag's, or the last one it had. */
  definition: TagDefinition;
  #items = 0;
  #listeners: readonly ValueListener[] = [];

  constructor(space: TagNodeSpace, handle: number, definition: TagDefinition) {
    super(space, definition.path);
    this.handle = handle;
    this.definition = definition;
  }

  get typeDefinition(): TypeDefinition {
    return typeOfTag(this.definition);
  }

  readValue(): DataValue {
    return this.space.present(this);
  }

  override get tagPath(): string {
    return this.definition.path;
  }

  override get writable(): boolean {
    return this.definition.access === 'read-write';
  }

  override get isHistorized(): boolean {
    return this.definition.history !== false && this.space.keepsHistory;
  }

  /** Hands a new value to every monitored item of this tag; `onError` is told of each that can't take it. */
  deliver(value: DataValue, onError: (error: unknown) => void): void {
    for (const listener of this.#listeners) {
      try {
        listener(value);
      } catch (error) {
        onError(error);
      }
    }
  }

  /** A monitored item listens for `dispose` as long as it exists, and for `value_changed` while it is enabled. */
  override on(event: string, listener: ValueListener): this {
    if (event === 'value_changed') this.#listeners = [...this.#listeners, listener];
    if (event === 'dispose' && (this.#items += 1) === 1) this.space.hold(this);
    return this;
  }

  override removeListener(event: string, listener: ValueListener): this {
    if (event === 'value_changed') this.#listeners = this.#listeners.filter((one) => one !== listener);
    if (event === 'dispose' && (this.#items -= 1) === 0) this.space.release(this);
    return this;
  }

  override getChildByName(name: string): unknown {
    const property = propertiesOf(this.definition).find((one) => one === name);
    return property ? this.space.property(this.definition, property) : null;
  }

  protected override get dataTypeId(): number {
    return uaDataTypes[this.definition.type.scalar];
  }

  protected override get arrayLength(): number | undefined {
    return this.definition.type.arrayLength;
  }

  protected override get accessLevel(): AccessLevelFlag {
    return (
      AccessLevelFlag.CurrentRead |
      (this.writable ? AccessLevelFlag.CurrentWrite : 0) |
      (this.isHistorized ? AccessLevelFlag.HistoryRead : 0)
    );
  }

  protected override attributes(principal: Principal): Attributes {
    return {
      ...super.attributes(principal),
      [AttributeIds.Description]: localizedText(this.definition.description ?? ''),
    };
  }
}
