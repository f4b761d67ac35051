import type { TagDefinition } from '@fieldwarden/gateway-contract';
import { AccessLevelFlag, DataValue, QualifiedName, StatusCodes } from 'node-opcua';
import { propertyShape, propertyValue, type TagProperty } from '../properties/tag-properties.js';
import type { NodeSpace } from './space-node.js';
import { propertyType } from './type-definitions.js';
import { VariableNode } from './variable-node.js';

/** Unit, range or names of the states of a tag. */
export class PropertyNode extends VariableNode {
  readonly typeDefinition = propertyType;
  readonly #definition: TagDefinition;
  readonly #property: TagProperty;

  constructor(space: NodeSpace, definition: TagDefinition, property: TagProperty) {
    super(space, `${definition.path}#${property}`);
    this.#definition = definition;
    this.#property = property;
  }

  override get name(): string {
    return this.#property;
  }

  /** Names of standard properties belong to the standard namespace. */
  override get browseName(): QualifiedName {
    return new QualifiedName({ name: this.#property, namespaceIndex: 0 });
  }

  readValue(): DataValue {
    const result = new DataValue(null);
    result.statusCode = StatusCodes.Good;
    result.value = propertyValue(this.#definition, this.#property);
    result.sourceTimestamp = this.space.startedAt;
    result.serverTimestamp = this.space.startedAt;
    return result;
  }

  protected override get dataTypeId(): number {
    return propertyShape(this.#definition, this.#property).dataType;
  }

  protected override get arrayLength(): number | undefined {
    return propertyShape(this.#definition, this.#property).arrayLength;
  }

  protected override get accessLevel(): AccessLevelFlag {
    return AccessLevelFlag.CurrentRead;
  }
}
