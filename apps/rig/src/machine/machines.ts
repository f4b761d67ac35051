import type { MachineDefinition } from './machine.js';
import type { MachineTraits } from './process-model.js';

const packagingTraits: MachineTraits = {
  maxSpeed: 120,
  rampPerSecond: 6,
  levelPerPiece: 0.4,
  refillPerSecond: 6,
  ambientC: 21,
  heatPerSpeed: 0.25,
  thermalMs: 40_000,
};

/** The packaging line: one unit behind the Modbus gateway each, by unit id. */
export const packagingLine: Readonly<Record<number, MachineDefinition>> = {
  1: { name: 'filler', traits: packagingTraits, setpoint: 60, seed: 1 },
  2: { name: 'capper', traits: { ...packagingTraits, rampPerSecond: 9, levelPerPiece: 0.25 }, setpoint: 62, seed: 2 },
  3: { name: 'labeller', traits: { ...packagingTraits, rampPerSecond: 4, ambientC: 23 }, setpoint: 58, seed: 3 },
};

/** Slow, strong and hot: the S7 of the rig. */
export const press: MachineDefinition = {
  name: 'press',
  traits: {
    ...packagingTraits,
    maxSpeed: 40,
    rampPerSecond: 2,
    levelPerPiece: 0.8,
    heatPerSpeed: 1.4,
    thermalMs: 90_000,
  },
  setpoint: 24,
  seed: 4,
};

/** Speaks JSON over MQTT. */
export const mixer: MachineDefinition = { name: 'mixer', traits: packagingTraits, setpoint: 45, seed: 5 };

/** Speaks Sparkplug B over MQTT: slow to warm up, and hot. */
export const oven: MachineDefinition = {
  name: 'oven',
  traits: { ...packagingTraits, maxSpeed: 60, rampPerSecond: 3, heatPerSpeed: 4, thermalMs: 120_000 },
  setpoint: 30,
  seed: 6,
};

/** Speaks OPC UA: wraps what the press has made. */
export const wrapper: MachineDefinition = {
  name: 'wrapper',
  traits: { ...packagingTraits, rampPerSecond: 5, levelPerPiece: 0.3, thermalMs: 60_000 },
  setpoint: 50,
  seed: 7,
};
