import { ModbusSimServer, S7SimServer } from '@fieldwarden/sim-plc';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GatewayProcess } from '../processes/gateway-process.js';
import { ControlClient } from './control-client.js';
import { safetyPlant } from './safety-plant.js';

const preload = new URL('../../dist/async-safety/preload.js', import.meta.url).href;

interface LogRecord {
  readonly level: string;
  readonly message: string;
}

interface Plcs {
  readonly filler: ModbusSimServer;
  readonly capper: ModbusSimServer;
  readonly press: S7SimServer;
}

/** A started gateway with fault points, the PLCs of its plant, and the plant file that it watches. */
export class SafetyScene implements AsyncDisposable {
  readonly gateway: GatewayProcess;
  readonly control: ControlClient;
  readonly filler: ModbusSimServer;
  readonly #ends: AsyncDisposableStack;
  readonly #folder: string;
  readonly #plcs: Plcs;
  #published = 0;

  private constructor(
    ends: AsyncDisposableStack,
    folder: string,
    plcs: Plcs,
    [gateway, control]: readonly [GatewayProcess, ControlClient],
  ) {
    this.#ends = ends;
    this.#folder = folder;
    this.#plcs = plcs;
    this.filler = plcs.filler;
    this.gateway = gateway;
    this.control = control;
  }

  static async start(): Promise<SafetyScene> {
    await using ends = new AsyncDisposableStack();
    const folder = mkdtempSync(join(tmpdir(), 'fieldwarden-async-'));
    ends.defer(() => rmSync(folder, { recursive: true, force: true }));
    const filler = ends.use(await ModbusSimServer.listen({ units: { 1: {} } }));
    const capper = ends.use(await ModbusSimServer.listen({ units: { 1: {} } }));
    const press = await S7SimServer.listen({ host: '127.0.0.1', port: 0, dbs: { 1: Buffer.alloc(64) } });
    ends.defer(async () => await press.close());
    const plcs = { filler, capper, press };
    writeFileSync(join(folder, 'plant.yaml'), JSON.stringify(plantOf(plcs)));
    const socket = join(folder, 'control.sock');
    const env = { NODE_OPTIONS: `--import ${preload}`, FIELDWARDEN_ASYNC_SAFETY: socket };
    const plant = join(folder, 'plant.yaml');
    const gateway = ends.use(await GatewayProcess.launch({ plant, env, args: ['--watch'] }));
    const control = ends.use(await ControlClient.connect(socket));
    return new SafetyScene(ends.move(), folder, plcs, [gateway, control]);
  }

  /** The plant file as it was but for one description; the gateway publishes it by itself. */
  changePlantFile(): void {
    this.#published += 1;
    const plant = plantOf(this.#plcs, `version ${this.#published} of the file`);
    writeFileSync(join(this.#folder, 'plant.yaml'), JSON.stringify(plant));
  }

  /** A plant document with another description, to publish. */
  changedPlant(): object {
    this.#published += 1;
    return plantOf(this.#plcs, `version ${this.#published} by hand`);
  }

  /** Records of the log that hold the text, as warnings or errors. */
  complaints(text: string): readonly LogRecord[] {
    return readFileSync(join(this.gateway.home, 'logs', 'fieldwarden.jsonl'), 'utf8')
      .split('\n')
      .filter((line) => line.includes(text))
      .map((line) => JSON.parse(line) as LogRecord)
      .filter(({ level }) => level === 'warn' || level === 'error');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ends[Symbol.asyncDispose]();
  }
}

function plantOf({ filler, capper, press }: Plcs, description = ''): object {
  return safetyPlant({ filler: filler.port, capper: capper.port, press: press.port }, description);
}
