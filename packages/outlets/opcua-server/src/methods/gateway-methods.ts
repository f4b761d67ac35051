import { isGatewayError, toGatewayError } from '@fieldwarden/core';
import { mayDo, type DriverAction, type Origin, type Permission, type Principal } from '@fieldwarden/gateway-contract';
import type { GatewayActs } from '@fieldwarden/service';
import {
  DataType,
  StatusCodes,
  Variant,
  type ArgumentOptions,
  type CallMethodResultOptions,
  type ISessionContext,
  type Namespace,
  type ServerSession,
  type UAMethod,
  type UAObject,
} from 'node-opcua';
import { originOf } from '../server/write-request.js';
import { uaStatus } from '../values/ua-status.js';
import { operationReason } from './operation-reason.js';

/** Acts on drivers that are methods, each of the object of a driver. */
export const driverMethods: Readonly<Record<Exclude<DriverAction, 'reinitialize'>, string>> = {
  start: 'Starts the driver.',
  stop: 'Stops the driver; its tags turn Bad.',
  restart: 'Stops the driver and starts it again.',
  recycle: 'Replaces the process of the driver by a fresh one.',
  reset: 'Closes its breakers and forgets its failures.',
  promote: 'Moves the driver into a process of its own.',
  demote: 'Moves the driver back into the process of the gateway.',
};

/** Of one session at a time: an act may take as long as a device does. */
const maxActs = 4;

export interface GatewayMethodsDependencies {
  readonly namespace: Namespace;
  readonly acts: GatewayActs;
  readonly principalOf: (context: ISessionContext | null) => Principal;
}

/** A member of the library's methods that its types do not show. */
interface ShownMethod {
  getUserExecutableFlag(context: ISessionContext | null): boolean;
}

interface MethodDefinition {
  readonly name: string;
  readonly description: string;
  readonly permission: Permission;
  readonly inputs?: readonly ArgumentOptions[];
  readonly outputs: readonly ArgumentOptions[];
  readonly act: (inputs: readonly Variant[], origin: Origin) => Promise<readonly Variant[]>;
}

/**
 * What an engineer does to the gateway, as methods (SPEC §10.1). Who may is decided by the gateway, by the user of the session, and stands
 * in its audit; UserExecutable says it beforehand.
 */
export class GatewayMethods {
  readonly #deps: GatewayMethodsDependencies;
  readonly #underWay = new WeakMap<ServerSession, number>();

  constructor(dependencies: GatewayMethodsDependencies) {
    this.#deps = dependencies;
  }

  addDriverMethods(driver: UAObject, driverId: string): void {
    for (const [action, description] of Object.entries(driverMethods) as [DriverAction, string][]) {
      this.#add(driver, `Drivers/${driverId}/${action}`, {
        name: action,
        description,
        permission: 'operate',
        outputs: [{ name: 'State', dataType: DataType.String, description: 'State of the driver afterwards.' }],
        act: async (_, origin) => {
          const { state } = await this.#deps.acts.driver({ driverId, action }, origin);
          return [new Variant({ dataType: DataType.String, value: state })];
        },
      });
    }
  }

  addConfigurationMethods(configuration: UAObject): void {
    const comment = { name: 'Comment', dataType: DataType.String, description: 'Why; stands with the generation.' };
    const outputs = [{ name: 'Generation', dataType: DataType.UInt32, description: 'The generation that was made.' }];
    const textOf = ({ value }: Variant): string => String(value ?? '');
    this.#add(configuration, 'Configuration/publish', {
      name: 'publish',
      description: 'Publishes the draft.',
      permission: 'publish',
      inputs: [comment],
      outputs,
      act: async ([said], origin) => {
        const { generation } = await this.#deps.acts.publish({ comment: textOf(said) }, origin);
        return [new Variant({ dataType: DataType.UInt32, value: generation })];
      },
    });
    this.#add(configuration, 'Configuration/rollback', {
      name: 'rollback',
      description: 'Publishes an older generation again.',
      permission: 'publish',
      inputs: [
        { name: 'ToGeneration', dataType: DataType.UInt32, description: '0: the one before the running one.' },
        comment,
      ],
      outputs,
      act: async ([to, said], origin) => {
        const wanted = Number(to.value);
        const toGeneration = wanted === 0 ? undefined : wanted;
        const { generation } = await this.#deps.acts.rollback({ toGeneration, comment: textOf(said) }, origin);
        return [new Variant({ dataType: DataType.UInt32, value: generation })];
      },
    });
  }

  #add(object: UAObject, id: string, definition: MethodDefinition): void {
    const { namespace, principalOf } = this.#deps;
    const { name, description, permission, inputs = [], outputs } = definition;
    const method: UAMethod = namespace.addMethod(object, {
      nodeId: `s=${id}`,
      browseName: { name, namespaceIndex: namespace.index },
      description: { text: description },
      inputArguments: [...inputs],
      outputArguments: [...outputs],
    });
    (method as unknown as ShownMethod).getUserExecutableFlag = (context) => mayDo(principalOf(context), permission);
    method.bindMethod((given, context, callback) => {
      void this.#call(definition, given, context).then((result) => callback(null, result));
    });
  }

  /** Never rejects. */
  async #call(
    { act, inputs = [] }: MethodDefinition,
    given: readonly Variant[],
    context: ISessionContext,
  ): Promise<CallMethodResultOptions> {
    const { session } = context as { readonly session?: ServerSession };
    const underWay = (session && this.#underWay.get(session)) ?? 0;
    if (underWay >= maxActs) {
      operationReason(`${maxActs} acts of this session are under way`);
      return { statusCode: StatusCodes.BadTooManyOperations };
    }
    if (session) this.#underWay.set(session, underWay + 1);
    try {
      if (given.length < inputs.length) return { statusCode: StatusCodes.BadArgumentsMissing };
      const outputArguments = await act(given, originOf(this.#deps.principalOf(context)));
      return { statusCode: StatusCodes.Good, outputArguments: [...outputArguments] };
    } catch (thrown) {
      const error = isGatewayError(thrown) ? thrown : toGatewayError(thrown);
      operationReason(error.message);
      return { statusCode: uaStatus(error.status) };
    } finally {
      if (session) this.#underWay.set(session, (this.#underWay.get(session) ?? 1) - 1);
    }
  }
}
