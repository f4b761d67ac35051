import {
  DataType,
  makeNodeId,
  ObjectIds,
  Variant,
  VariantArrayType,
  type IAddressSpace,
  type Namespace,
  type UAObjectType,
} from 'node-opcua';

export interface NamespaceFacts {
  readonly uri: string;
  /** Version and its date may change while the server runs. */
  readonly version: () => string;
  readonly publishedAt: () => Date;
}

/** Tells what a namespace is, below Server/Namespaces (NamespaceMetadataType; OPC 10000-5, 6.3.14). The node is one of `into`. */
export function addNamespaceMetadata(
  addressSpace: IAddressSpace,
  into: Namespace,
  { uri, version, publishedAt }: NamespaceFacts,
): void {
  const type = addressSpace.findObjectType('NamespaceMetadataType') as UAObjectType;
  const namespaces = addressSpace.findNode(makeNodeId(ObjectIds.Server_Namespaces))!;
  const metadata = type.instantiate({ browseName: uri, componentOf: namespaces, namespace: into });
  const facts: Readonly<Record<string, () => ConstructorParameters<typeof Variant>[0]>> = {
    NamespaceUri: () => ({ dataType: DataType.String, value: uri }),
    NamespaceVersion: () => ({ dataType: DataType.String, value: version() }),
    NamespacePublicationDate: () => ({ dataType: DataType.DateTime, value: publishedAt() }),
    IsNamespaceSubset: () => ({ dataType: DataType.Boolean, value: false }),
    // Each plant has its own nodes: none is the same in all servers.
    StaticNodeIdTypes: () => ({ dataType: DataType.Int32, arrayType: VariantArrayType.Array, value: [] }),
    StaticNumericNodeIdRange: () => ({ dataType: DataType.String, arrayType: VariantArrayType.Array, value: [] }),
    StaticStringNodeIdPattern: () => ({ dataType: DataType.String, value: '' }),
  };
  for (const [name, fact] of Object.entries(facts)) {
    const property = metadata.getPropertyByName(name, 0);
    property?.bindVariable({ get: () => new Variant(fact()) }, true);
  }
}
