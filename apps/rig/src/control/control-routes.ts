import { describeKnobs, parseKnobs, type KnobName, type RigKnobs } from '../plcs/knobs.js';
import type { RigPlc, RigUnit } from '../plcs/rig-plc.js';

export interface ControlRequest {
  readonly method: string;
  readonly path: string;
  /** Parsed JSON; throws HttpRefusal. */
  body(): Promise<unknown>;
}

export interface ControlAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Ends a request with a 4xx and a sentence. */
export class HttpRefusal extends Error {
  readonly answer: ControlAnswer;

  constructor(status: number, error: string, more: { findings?: readonly string[]; allow?: string } = {}) {
    super(error);
    this.answer = {
      status,
      body: { error, ...(more.findings && { findings: more.findings }) },
      ...(more.allow && { headers: { allow: more.allow } }),
    };
  }
}

/** What carries knobs: a PLC or one of its units. */
interface KnobOwner {
  readonly knobNames: readonly KnobName[];
  readonly knobs: RigKnobs;
  setKnobs(knobs: RigKnobs): Promise<void> | void;
}

const routes: Readonly<Record<string, string>> = {
  'GET /': 'this',
  'GET /plc/<plc>': 'state and knobs of one PLC',
  'PUT /plc/<plc>/knobs': 'replaces its knobs by those of the JSON body',
  'DELETE /plc/<plc>/knobs': 'resets them, and those of its units',
  'PUT /plc/<plc>/unit/<n>/knobs': 'the same for one unit; they go before those of the PLC',
  'DELETE /plc/<plc>/unit/<n>/knobs': 'resets them',
  'GET /broker, PUT and DELETE /broker/knobs': 'the same for the MQTT broker',
};

const pathPattern = /^\/(?:plc\/|(?=broker(?:\/|$)))([^/]+)(?:\/unit\/([^/]+))?(\/knobs)?\/?$/;

/** Rejects with HttpRefusal. */
export async function answerControl(plcs: readonly RigPlc[], request: ControlRequest): Promise<ControlAnswer> {
  if (request.path === '/') {
    allowOnly(request, ['GET']);
    return ok({ schema: 'fieldwarden/rig@1', plcs: byName(plcs), routes });
  }
  const [, plcName, unitId, knobsPart] = pathPattern.exec(request.path) ?? [];
  if (plcName === undefined) throw notFound(`there is nothing at ${request.path}`);
  const plc = plcNamed(plcs, plcName);
  const unit = unitId === undefined ? undefined : unitOf(plc, unitId);
  return knobsPart ? answerKnobs(plc, unit, request) : answerState(plc, unit, request);
}

function answerState(plc: RigPlc, unit: RigUnit | undefined, request: ControlRequest): ControlAnswer {
  allowOnly(request, ['GET']);
  return ok(unit ? describeUnit(unit) : describePlc(plc));
}

async function answerKnobs(plc: RigPlc, unit: RigUnit | undefined, request: ControlRequest): Promise<ControlAnswer> {
  allowOnly(request, ['GET', 'PUT', 'DELETE']);
  const owner: KnobOwner = unit ?? plc;
  if (request.method === 'PUT') await turn(owner, await request.body());
  if (request.method === 'DELETE') await reset(plc, unit);
  return ok({ knobs: owner.knobs });
}

async function turn(owner: KnobOwner, body: unknown): Promise<void> {
  const parsed = parseKnobs(body, owner.knobNames);
  if ('findings' in parsed) throw new HttpRefusal(400, parsed.findings.join('; '), { findings: parsed.findings });
  await owner.setKnobs(parsed.knobs);
}

async function reset(plc: RigPlc, unit: RigUnit | undefined): Promise<void> {
  if (unit) return unit.setKnobs({});
  for (const each of plc.units.values()) each.setKnobs({});
  await plc.setKnobs({});
}

function plcNamed(plcs: readonly RigPlc[], name: string): RigPlc {
  const plc = plcs.find((candidate) => candidate.name === name);
  if (plc) return plc;
  throw notFound(`there is no PLC ${JSON.stringify(name)}; there are ${plcs.map((each) => each.name).join(', ')}`);
}

function unitOf(plc: RigPlc, id: string): RigUnit {
  const unit = /^\d+$/.test(id) ? plc.units.get(Number(id)) : undefined;
  if (unit) return unit;
  const there = plc.units.size === 0 ? 'it has none' : `there are ${[...plc.units.keys()].join(', ')}`;
  throw notFound(`${plc.name} has no unit ${JSON.stringify(id)}; ${there}`);
}

function byName(plcs: readonly RigPlc[]): Record<string, unknown> {
  return Object.fromEntries(plcs.map((plc) => [plc.name, describePlc(plc)]));
}

function describePlc(plc: RigPlc): unknown {
  const { port, connections, requests, knobs, knobNames, units, machines } = plc;
  const inside =
    units.size > 0
      ? { units: Object.fromEntries([...units].map(([id, unit]) => [id, describeUnit(unit)])) }
      : machines.length === 1
        ? { machine: machines[0].name, state: machines[0].describe() }
        : { machines: Object.fromEntries(machines.map((machine) => [machine.name, machine.describe()])) };
  return { port, connections, requests, knobs, available: describeKnobs(knobNames), ...inside };
}

function describeUnit({ machine, knobs, knobNames }: RigUnit): unknown {
  return { machine: machine.name, knobs, available: describeKnobs(knobNames), state: machine.describe() };
}

function allowOnly({ method, path }: ControlRequest, methods: readonly string[]): void {
  if (methods.includes(method)) return;
  const allow = methods.join(', ');
  throw new HttpRefusal(405, `${method} is not possible on ${path}; ${allow} ${methods.length > 1 ? 'are' : 'is'}`, {
    allow,
  });
}

function notFound(error: string): HttpRefusal {
  return new HttpRefusal(404, error);
}

function ok(body: unknown): ControlAnswer {
  return { status: 200, body };
}
