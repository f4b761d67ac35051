import {
  addAggregateSupport,
  DataType,
  installAggregateConfigurationOptions,
  StatusCodes,
  Variant,
  type NodeId,
  type OPCUAServer,
  type UAExclusiveLimitAlarmEx,
  type UAVariable,
} from 'node-opcua';
import { recipeUri } from './recipe-nodeset.js';
import { serverUri, type UaTestServer } from './ua-test-server.js';

/** What the machine has beside plain signals: a recipe (a structure), a mode (an enumeration), a method, an alarm, a recorded signal. */
export class MachineExtras {
  readonly recorded: UAVariable;
  readonly #server: UaTestServer;
  readonly #alarm: UAExclusiveLimitAlarmEx;
  readonly #level: UAVariable;

  constructor(server: UaTestServer) {
    this.#server = server;
    const { namespace, machine } = server;
    this.#addRecipe(server.ua);
    this.#addMethod();
    this.recorded = server.add('recorded', { dataType: DataType.Double, value: 0 });
    space(server.ua).installHistoricalDataNode(this.recorded);
    this.recorded.historizing = true;
    addAggregateSupport(space(server.ua));
    installAggregateConfigurationOptions(this.recorded, {
      percentDataBad: 100,
      percentDataGood: 100,
      stepped: false,
      treatUncertainAsBad: false,
      useSlopedExtrapolation: false,
    });
    this.#level = server.add('level', { dataType: DataType.Double, value: 20 });
    machine.setEventNotifier(1);
    space(server.ua).installAlarmsAndConditionsService();
    this.#level.addReference({ referenceType: 'HasEventSource', isForward: false, nodeId: machine });
    space(server.ua).rootFolder.objects.server.addReference({ referenceType: 'HasNotifier', nodeId: machine });
    this.#alarm = namespace.instantiateExclusiveLimitAlarm('ExclusiveLevelAlarmType', {
      browseName: 'LevelAlarm',
      nodeId: 's=LevelAlarm',
      conditionSource: this.#level,
      inputNode: this.#level,
      highLimit: 80,
      lowLimit: 10,
    });
  }

  get alarmNode(): NodeId {
    return this.#alarm.nodeId;
  }

  /** The level crosses its high limit, or comes back. */
  raise(isHigh = true): void {
    this.#server.set('level', isHigh ? 95 : 50);
  }

  /** A new value of the recorded signal, and of its history. */
  record(value: number): void {
    this.recorded.setValueFromSource({ dataType: DataType.Double, value }, StatusCodes.Good);
  }

  #addRecipe(ua: OPCUAServer): void {
    const index = space(ua).getNamespaceIndex(recipeUri);
    const type = space(ua).getNamespace(index).findDataType('Recipe')!;
    const mode = space(ua).getNamespace(index).findDataType('Mode')!;
    const steps = [
      { name: 'mix', durationMs: [0x20_0000, 1] },
      { name: 'heat', durationMs: [0, 5_000] },
    ];
    const recipe = space(ua).constructExtensionObject(type, { weight: 12.5, mode: 2, steps });
    const { namespace, machine } = this.#server;
    const common = {
      componentOf: machine,
      minimumSamplingInterval: 0,
      accessLevel: 'CurrentRead | CurrentWrite',
      userAccessLevel: 'CurrentRead | CurrentWrite',
    };
    namespace.addVariable({
      ...common,
      browseName: 'recipe',
      nodeId: 's=recipe',
      dataType: type.nodeId,
      value: new Variant({ dataType: DataType.ExtensionObject, value: recipe }),
    });
    namespace.addVariable({
      ...common,
      browseName: 'mode',
      nodeId: 's=mode',
      dataType: mode.nodeId,
      value: { dataType: DataType.Int32, value: 1 },
    });
  }

  #addMethod(): void {
    const { namespace, machine } = this.#server;
    const method = namespace.addMethod(machine, {
      browseName: 'Add',
      nodeId: 's=Machine.Add',
      inputArguments: [
        { name: 'a', dataType: DataType.Int64 },
        { name: 'b', dataType: DataType.Double },
      ],
      outputArguments: [{ name: 'sum', dataType: DataType.Double }],
    });
    method.bindMethod((inputs, _context, callback) => {
      const [{ value: pair }, { value: b }] = inputs as unknown as [{ value: [number, number] }, { value: number }];
      callback(null, {
        statusCode: StatusCodes.Good,
        outputArguments: [{ dataType: DataType.Double, value: pair[1] + b }],
      });
    });
  }
}

function space({ engine }: OPCUAServer) {
  return engine.addressSpace!;
}

export const machineMethod = { object: `nsu=${serverUri};s=Machine`, method: `nsu=${serverUri};s=Machine.Add` };
