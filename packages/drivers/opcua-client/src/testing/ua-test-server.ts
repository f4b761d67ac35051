import { X509Certificate } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '@fieldwarden/testkit';
import {
  DataType,
  MessageSecurityMode,
  ModelChangeStructureDataType,
  nodesets,
  OPCUACertificateManager,
  OPCUAServer,
  SecurityPolicy,
  setErrorLogger,
  setWarningLogger,
  StatusCodes,
  Variant,
  VariantArrayType,
  type Namespace,
  type OPCUAServerOptions,
  type UAObject,
  type UAVariable,
} from 'node-opcua';
import { recipeNodeset } from './recipe-nodeset.js';

export interface UaTestServerOptions {
  /** 0: any free one. */
  readonly port?: number;
  /** Registered before the server's own namespace: its index moves by their number. */
  readonly namespacesBefore?: readonly string[];
  /** Signals that this server does not have. */
  readonly without?: readonly string[];
  /** Variables `i0`, `i1`, … of type Double beside the signals. */
  readonly doubles?: number;
  /** Name and password of the one user that is let in; undefined: anonymous. */
  readonly user?: { readonly name: string; readonly password: string };
  readonly isSecure?: boolean;
  /** The server defines structures of its own, for `MachineExtras`. */
  readonly hasRecipes?: boolean;
  /** Clients whose certificate is not trusted are refused, until `trustClients`. */
  readonly refusesUnknown?: boolean;
  /** Folder with the server's key and certificate; undefined: a new one. */
  readonly pki?: string;
  /** Further options of the library's server. */
  readonly server?: Partial<OPCUAServerOptions>;
}

export const serverUri = 'urn:fieldwarden:test-server';

/** What the signals are at the start. */
export const signals = {
  speed: { dataType: DataType.Float, value: 12.5 },
  running: { dataType: DataType.Boolean, value: true },
  count: { dataType: DataType.Int16, value: -7 },
  serial: { dataType: DataType.Int64, value: pair(9_007_199_254_740_993n) },
  unsigned: { dataType: DataType.UInt64, value: pair(2n ** 64n - 1n) },
  name: { dataType: DataType.String, value: 'lemon' },
  label: { dataType: DataType.LocalizedText, value: { locale: 'en', text: 'Filler' } },
  blob: { dataType: DataType.ByteString, value: Buffer.from([1, 2, 255]) },
  madeAt: { dataType: DataType.DateTime, value: new Date('2026-11-30T12:00:00.250Z') },
  levels: { dataType: DataType.Byte, value: [1, 2, 3], arrayType: VariantArrayType.Array },
  grid: {
    dataType: DataType.Double,
    value: [1, 2, 3, 4, 5, 6],
    arrayType: VariantArrayType.Matrix,
    dimensions: [2, 3],
  },
  range: { dataType: DataType.Double, value: 50 },
  fixed: { dataType: DataType.Int32, value: 1 },
} as const;

/** A server as a machine may have one, over a real socket, with what the driver's tests turn. */
export class UaTestServer implements AsyncDisposable {
  readonly #server: OPCUAServer;
  readonly #namespace: Namespace;
  readonly #machine: UAObject;
  readonly #cleanup: AsyncDisposableStack;
  readonly #variables = new Map<string, UAVariable>();
  /** Values that clients have written so far. */
  writes = 0;

  private constructor(server: OPCUAServer, cleanup: AsyncDisposableStack) {
    this.#server = server;
    this.#cleanup = cleanup;
    const { addressSpace } = server.engine;
    this.#namespace = addressSpace!.registerNamespace(serverUri);
    this.#machine = this.#namespace.addObject({
      browseName: 'Machine',
      nodeId: 's=Machine',
      organizedBy: addressSpace!.rootFolder.objects,
    });
  }

  static async start(options: UaTestServerOptions = {}): Promise<UaTestServer> {
    quiet();
    await using cleanup = new AsyncDisposableStack();
    const folder = options.pki ?? cleanup.use(await temporaryDirectory('fieldwarden-ua-server-')).path;
    const recipes = join(folder, 'recipes.xml');
    if (options.hasRecipes) await writeFile(recipes, recipeNodeset);
    const certificates = new OPCUACertificateManager({
      rootFolder: join(folder, 'pki'),
      automaticallyAcceptUnknownCertificate: options.refusesUnknown !== true,
    });
    await certificates.initialize();
    const server = new OPCUAServer({
      port: options.port ?? 0,
      hostname: '127.0.0.1',
      nodeset_filename: options.hasRecipes ? [nodesets.standard, recipes] : [nodesets.standard],
      serverCertificateManager: certificates,
      userCertificateManager: certificates,
      allowAnonymous: options.user === undefined,
      securityModes: options.isSecure ? [MessageSecurityMode.SignAndEncrypt] : [MessageSecurityMode.None],
      // Passwords are encrypted also where nothing else is.
      securityPolicies: options.isSecure
        ? [SecurityPolicy.Basic256Sha256]
        : [SecurityPolicy.None, ...(options.user ? [SecurityPolicy.Basic256Sha256] : [])],
      ...(options.user && {
        userManager: {
          isValidUser: (name: string, word: string) => name === options.user?.name && word === options.user.password,
        },
      }),
      ...options.server,
    });
    await server.initialize();
    for (const uri of options.namespacesBefore ?? []) server.engine.addressSpace!.registerNamespace(uri);
    const made = new UaTestServer(server, cleanup.move());
    made.#addSignals(options);
    await server.start();
    return made;
  }

  get port(): number {
    return this.#server.endpoints[0].port;
  }

  get url(): string {
    return `opc.tcp://127.0.0.1:${this.port}`;
  }

  /** Of the machine's own nodes. */
  get namespaceIndex(): number {
    return this.#namespace.index;
  }

  /** The library's server, for whatever is not turned from here. */
  get ua(): OPCUAServer {
    return this.#server;
  }

  get machine(): UAObject {
    return this.#machine;
  }

  get namespace(): Namespace {
    return this.#namespace;
  }

  variable(name: string): UAVariable {
    const variable = this.#variables.get(name);
    if (variable) return variable;
    throw new Error(`the server has no signal ${name}`);
  }

  /** A new value, as the machine has it. */
  set(name: string, value: unknown, statusCode = StatusCodes.Good): void {
    const variable = this.variable(name);
    const { dataType, arrayType, dimensions } = variable.readValue().value;
    variable.setValueFromSource(
      new Variant({ dataType, arrayType, value, ...(dimensions && { dimensions }) }),
      statusCode,
    );
  }

  /** All signals as they were. */
  reset(): void {
    for (const [name, { value }] of Object.entries(signals)) if (this.#variables.has(name)) this.set(name, value);
  }

  /** Trusts whoever was refused. */
  async trustClients(): Promise<void> {
    const { serverCertificateManager: manager } = this.#server;
    const rejected = join((manager as OPCUACertificateManager).rootDir, 'rejected');
    for (const name of await readdir(rejected))
      await manager.trustCertificate(new X509Certificate(await readFile(join(rejected, name))).raw);
  }

  /** As a server does that follows its model: an event says that a node has come. */
  tellOfChange(name: string): void {
    const { addressSpace } = this.#server.engine;
    addressSpace!.rootFolder.objects.server.raiseEvent('GeneralModelChangeEventType', {
      changes: {
        dataType: DataType.ExtensionObject,
        arrayType: VariantArrayType.Array,
        value: [new ModelChangeStructureDataType({ affected: this.variable(name).nodeId, verb: 1 })],
      },
    } as never);
  }

  /** The server keeps this limit and says that it has none. */
  hideLimit(name: string): void {
    const { serverCapabilities } = this.#server.engine.addressSpace!.rootFolder.objects.server;
    const limit = serverCapabilities.getPropertyByName(name);
    limit?.bindVariable({ get: () => new Variant({ dataType: DataType.UInt32, value: 0 }) }, true);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown(0);
    await this.#cleanup.disposeAsync();
  }

  #addSignals({ without = [], doubles = 0 }: UaTestServerOptions): void {
    for (const [name, variant] of Object.entries(signals)) if (!without.includes(name)) this.add(name, variant);
    for (let i = 0; i < doubles; i += 1) this.add(`i${i}`, { dataType: DataType.Double, value: i });
  }

  add(
    name: string,
    variant: {
      readonly dataType: DataType;
      readonly value: unknown;
      readonly arrayType?: VariantArrayType;
      readonly dimensions?: readonly number[];
    },
  ): UAVariable {
    const { arrayType = VariantArrayType.Scalar } = variant;
    const variable = this.#namespace.addVariable({
      componentOf: this.#machine,
      browseName: name,
      nodeId: `s=${name}`,
      dataType: DataType[variant.dataType],
      valueRank:
        arrayType === VariantArrayType.Scalar
          ? -1
          : arrayType === VariantArrayType.Array
            ? 1
            : variant.dimensions!.length,
      ...(arrayType === VariantArrayType.Matrix && { arrayDimensions: [...variant.dimensions!] }),
      accessLevel: name === 'fixed' ? 'CurrentRead' : 'CurrentRead | CurrentWrite',
      userAccessLevel: name === 'fixed' ? 'CurrentRead' : 'CurrentRead | CurrentWrite',
      minimumSamplingInterval: 0,
      value: new Variant({ ...variant, arrayType } as never),
    });
    const write = variable.writeValue.bind(variable) as (...args: unknown[]) => unknown;
    Object.assign(variable, {
      writeValue: (...args: unknown[]) => {
        this.writes += 1;
        return write(...args);
      },
    });
    this.#variables.set(name, variable);
    return variable;
  }
}

function pair(value: bigint): [number, number] {
  return [Number((value >> 32n) & 0xffff_ffffn), Number(value & 0xffff_ffffn)];
}

/** The library prints to the console. */
function quiet(): void {
  setErrorLogger(() => undefined);
  setWarningLogger(() => undefined);
}
