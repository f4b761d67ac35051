import {
  AccessLevelFlag,
  DataType,
  StatusCodes,
  Variant,
  type AddressSpace,
  type DataValue,
  type INamespace,
  type InstantiateExclusiveLimitAlarmOptions,
  type ISessionContext,
  type Namespace,
  type StatusCode,
  type UAMethod,
  type UAObject,
  type UAVariable,
} from 'node-opcua';
import { machineModes } from '../machine/measurement.js';
import type { MachineCommands } from '../machine/process-model.js';
import type { MachineSnapshot, ServerShape } from './machine-messages.js';
import { typesUri } from './types-nodeset.js';

export const machineUri = 'urn:fieldwarden:rig:wrapper';

const manyNodes = 10_000;
const nodesPerFolder = 1_000;
const setpointLimit = 120;
/** Pieces a minute. */
const fastSetpoint = 100;
const lowLevel = 25;

const plain = {
  Running: DataType.Boolean,
  Speed: DataType.Double,
  Count: DataType.UInt32,
  Batch: DataType.String,
} as const;

/** They go with the knob `dropNodes`. */
const droppable = { Temperature: DataType.Double, Level: DataType.Double } as const;

type MachineSpaceDependencies = Pick<ServerShape, 'namespacesBefore' | 'hasAllNodes' | 'hasManyNodes'> & {
  /** A client has written or called. */
  readonly commanded: (commands: MachineCommands) => void;
};

type WriteDone = (error: Error | null, statusCode?: StatusCode) => void;

type WriteValue = (context: ISessionContext, value: DataValue, indexRange: unknown, done: WriteDone) => void;

/** The nodes of the machine: signals, commands, a recipe (structure), methods, two alarms, the history of its speed. */
export class MachineSpace {
  readonly #space: AddressSpace;
  readonly #namespace: Namespace;
  readonly #machine: UAObject;
  readonly #signals = new Map<string, UAVariable>();
  /** By signal: what subscribers and alarms were told last. */
  readonly #told = new Map<string, unknown>();
  readonly #commanded: (commands: MachineCommands) => void;
  #commands: MachineCommands = { start: false, setpoint: 0 };

  constructor(space: AddressSpace, { commanded, ...shape }: MachineSpaceDependencies) {
    this.#space = space;
    this.#commanded = commanded;
    for (let i = 1; i <= shape.namespacesBefore; i += 1) space.registerNamespace(`urn:fieldwarden:rig:before-${i}`);
    this.#namespace = space.registerNamespace(machineUri);
    this.#machine = this.#namespace.addObject({
      browseName: 'Wrapper',
      nodeId: 's=Wrapper',
      organizedBy: space.rootFolder.objects,
    });
    for (const [name, dataType] of Object.entries({ ...plain, ...(shape.hasAllNodes && droppable) }))
      this.#addSignal(name, dataType);
    this.#addMode();
    this.#addCommands();
    this.#addRecipe();
    this.#addMethods();
    this.#addAlarms();
    space.installHistoricalDataNode(this.#signals.get('Speed')!, { maxOnlineValues: 5_000 });
    if (shape.hasManyNodes) this.#addManyNodes();
  }

  show({ measurement, commands }: MachineSnapshot): void {
    this.#commands = commands;
    this.#set('Running', DataType.Boolean, measurement.isRunning);
    this.#set('Speed', DataType.Double, measurement.speed);
    this.#set('Count', DataType.UInt32, measurement.count);
    this.#set('Batch', DataType.String, measurement.batch);
    this.#set('Temperature', DataType.Double, measurement.temperatureC);
    this.#set('Level', DataType.Double, measurement.level);
    this.#set('Mode', DataType.Int32, machineModes.indexOf(measurement.mode));
    this.#showCommands();
  }

  #showCommands(): void {
    this.#set('Setpoint', DataType.Double, this.#commands.setpoint);
    this.#set('Start', DataType.Boolean, this.#commands.start);
  }

  #set(name: string, dataType: DataType, value: unknown): void {
    const variable = this.#signals.get(name);
    if (!variable || this.#told.get(name) === value) return;
    this.#told.set(name, value);
    variable.setValueFromSource(new Variant({ dataType, value }), StatusCodes.Good);
  }

  #addSignal(name: string, dataType: DataType): UAVariable {
    const variable = this.#namespace.addVariable({
      componentOf: this.#machine,
      browseName: name,
      nodeId: `s=Wrapper.${name}`,
      dataType: DataType[dataType],
      accessLevel: 'CurrentRead',
      minimumSamplingInterval: 0,
      value: new Variant({ dataType, value: startValue(dataType) }),
    });
    this.#signals.set(name, variable);
    return variable;
  }

  #addMode(): void {
    const variable = this.#namespace.addVariable({
      componentOf: this.#machine,
      browseName: 'Mode',
      nodeId: 's=Wrapper.Mode',
      dataType: this.#types.findDataType('MachineMode')!.nodeId,
      accessLevel: 'CurrentRead',
      minimumSamplingInterval: 0,
      value: { dataType: DataType.Int32, value: 0 },
    });
    this.#signals.set('Mode', variable);
  }

  #addCommands(): void {
    this.#addCommand('Setpoint', DataType.Double, isSetpoint, (value) =>
      this.#command({ ...this.#commands, setpoint: value as number }),
    );
    this.#addCommand(
      'Start',
      DataType.Boolean,
      (value) => typeof value === 'boolean',
      (value) => this.#command({ ...this.#commands, start: value as boolean }),
    );
  }

  /** The library keeps also what a bound setter has refused, so that is looked at before. */
  #addCommand(
    name: string,
    dataType: DataType,
    fits: (value: unknown) => boolean,
    take: (value: unknown) => void,
  ): void {
    const variable = this.#addSignal(name, dataType);
    variable.accessLevel = variable.userAccessLevel = AccessLevelFlag.CurrentRead | AccessLevelFlag.CurrentWrite;
    const write = variable.writeValue.bind(variable) as WriteValue;
    const checked: WriteValue = (context, given, indexRange, done) => {
      const { value } = given.value as { readonly value: unknown };
      const isOfItsType = given.value.dataType === dataType;
      if (isOfItsType && !fits(value)) return done(null, StatusCodes.BadOutOfRange);
      write(context, given, indexRange, (error, statusCode) => {
        if (!error && statusCode?.isGood()) take(value);
        done(error, statusCode);
      });
    };
    Object.assign(variable, { writeValue: checked });
  }

  #command(commands: MachineCommands): void {
    this.#commands = commands;
    this.#showCommands();
    this.#commanded(commands);
  }

  get #types(): INamespace {
    return this.#space.getNamespace(typesUri);
  }

  #addRecipe(): void {
    const type = this.#types.findDataType('Recipe')!;
    const layers = [
      { name: 'bottom', turns: 3 },
      { name: 'top', turns: 5 },
    ];
    const recipe = this.#space.constructExtensionObject(type, { film: 'clear', overlap: 12.5, mode: 2, layers });
    this.#namespace.addVariable({
      componentOf: this.#machine,
      browseName: 'Recipe',
      nodeId: 's=Wrapper.Recipe',
      dataType: type.nodeId,
      accessLevel: 'CurrentRead',
      minimumSamplingInterval: 0,
      value: new Variant({ dataType: DataType.ExtensionObject, value: recipe }),
    });
  }

  #addMethods(): void {
    const startAt = this.#namespace.addMethod(this.#machine, {
      browseName: 'StartAt',
      nodeId: 's=Wrapper.StartAt',
      inputArguments: [{ name: 'Setpoint', dataType: DataType.Double }],
      outputArguments: [{ name: 'Before', dataType: DataType.Double }],
    });
    answer(startAt, ([setpoint]) => {
      if (!isSetpoint(setpoint)) return undefined;
      const before = this.#commands.setpoint;
      this.#command({ start: true, setpoint });
      return [{ dataType: DataType.Double, value: before }];
    });
    const stop = this.#namespace.addMethod(this.#machine, { browseName: 'Stop', nodeId: 's=Wrapper.Stop' });
    answer(stop, () => {
      this.#command({ ...this.#commands, start: false });
      return [];
    });
  }

  #addAlarms(): void {
    this.#machine.setEventNotifier(1);
    this.#space.installAlarmsAndConditionsService();
    this.#space.rootFolder.objects.server.addReference({ referenceType: 'HasNotifier', nodeId: this.#machine });
    this.#addAlarm('SetpointHigh', 'Setpoint', { highLimit: fastSetpoint });
    if (this.#signals.has('Level')) this.#addAlarm('LevelLow', 'Level', { lowLimit: lowLevel });
  }

  #addAlarm(name: string, source: string, limits: { readonly highLimit?: number; readonly lowLimit?: number }): void {
    const node = this.#signals.get(source)!;
    node.addReference({ referenceType: 'HasEventSource', isForward: false, nodeId: this.#machine });
    this.#namespace.instantiateExclusiveLimitAlarm('ExclusiveLevelAlarmType', {
      browseName: name,
      nodeId: `s=Wrapper.${name}`,
      conditionSource: node,
      inputNode: node,
      ...limits,
    } as InstantiateExclusiveLimitAlarmOptions);
  }

  #addManyNodes(): void {
    for (let first = 0; first < manyNodes; first += nodesPerFolder) {
      const name = `Recipes${first / nodesPerFolder}`;
      const folder = this.#namespace.addObject({
        componentOf: this.#machine,
        browseName: name,
        nodeId: `s=Wrapper.${name}`,
        typeDefinition: 'FolderType',
      });
      for (let i = first; i < first + nodesPerFolder; i += 1)
        this.#namespace.addVariable({
          componentOf: folder,
          browseName: `Film${i}`,
          nodeId: `s=Wrapper.Film${i}`,
          dataType: 'Double',
          accessLevel: 'CurrentRead',
          minimumSamplingInterval: 0,
          value: { dataType: DataType.Double, value: i },
        });
    }
  }
}

function startValue(dataType: DataType): unknown {
  return dataType === DataType.Boolean ? false : dataType === DataType.String ? '' : 0;
}

function isSetpoint(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= setpointLimit;
}

interface Output {
  readonly dataType: DataType;
  readonly value: unknown;
}

/** `undefined`: an argument is out of its range. */
function answer(method: UAMethod, act: (inputs: readonly unknown[]) => readonly Output[] | undefined): void {
  method.bindMethod((inputs, _context, callback) => {
    const outputs = act(inputs.map(({ value }) => value as unknown));
    if (outputs) callback(null, { statusCode: StatusCodes.Good, outputArguments: [...outputs] as never });
    else callback(null, { statusCode: StatusCodes.BadOutOfRange });
  });
}
