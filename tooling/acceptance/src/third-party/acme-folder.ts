import type { Service, ServiceList } from '@fieldwarden/admin-contract';
import { waitFor } from '@fieldwarden/testkit';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GatewayProcess } from '../processes/gateway-process.js';

const readme = readFileSync(new URL('../../../../packages/contracts/service/README.md', import.meta.url), 'utf8');

/** The service of the README, as somebody copies it into a folder of their own. */
export const readmeExample = /```ts\n(import [^]*?)```/.exec(readme)![1];

const withStart = (body: string): string => `import { z } from 'zod';
export default {
  name: 'bad', title: 'Bad', version: '1', section: null, entry: import.meta.url, isolation: 'host', schema: z.strictObject({}),
  create: () => ({
    async start() { ${body} },
    status: () => ({}), health: () => ({ state: 'Healthy' }), stop: async () => undefined,
  }),
};`;

const modules = {
  'acme-outlet.ts': readmeExample,
  'throws-at-start.ts': withStart(`throw new Error('libacme.so is missing');`),
  'exits-at-start.ts': withStart(`process.exit(3);`),
  'loops-at-start.ts': withStart(`for (;;);`),
  'never-starts.ts': withStart(`await new Promise(() => undefined);`),
  'throws-at-import.ts': `throw new Error('the licence has run out');`,
  'exits-at-import.ts': `process.exit(0);`,
  'loops-at-import.ts': `for (;;);`,
  'is-none.ts': `export default { name: 'none' };`,
  'has-no-schema.ts': `export default { name: 'none', create: () => ({}) };`,
  'wants-more.ts': `import 'not-installed-anywhere';`,
} as const;

const driver = {
  id: 'line',
  type: 'simulator',
  options: {},
  devices: [
    {
      id: 'plc',
      tags: [{ path: 'line/count', address: 'ramp?periodMs=10000&amplitude=1000', dataType: 'float64', scanMs: 100 }],
    },
  ],
};

/** A folder outside the clone where nothing is installed, with services of third parties, good and bad. */
export class AcmeFolder implements Disposable {
  readonly #path = mkdtempSync(join(tmpdir(), 'fieldwarden-acme-'));

  constructor() {
    for (const [name, text] of Object.entries(modules)) this.write(name, text);
  }

  file(name: string): string {
    return join(this.#path, name);
  }

  write(name: string, text: string): void {
    writeFileSync(this.file(name), text);
  }

  /** Of one simulated driver and these services; replaces the one before. */
  plantFile(services: readonly object[]): string {
    const plant = { version: 1, site: 'acme', opcua: { enabled: false }, drivers: [driver], services };
    this.write('plant.yaml', JSON.stringify(plant));
    return this.file('plant.yaml');
  }

  /** The service of the README, which appends changed tags to this file. */
  outlet(file: string, more: object = {}): object {
    return { id: 'acme', use: './acme-outlet.ts', options: { file: this.file(file) }, ...more };
  }

  lines(name: string): readonly string[] {
    const file = this.file(name);
    return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
  }

  async grows(name: string): Promise<void> {
    const before = this.lines(name).length;
    await waitFor(() => this.lines(name).length > before + 3, { what: `${name} to grow`, timeoutMs: 20_000 });
  }

  /** Files of this folder that some process has open. */
  openFiles(): readonly string[] {
    const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return processes.flatMap((pid) => openFilesOf(pid)).filter((path) => path.startsWith(this.#path));
  }

  [Symbol.dispose](): void {
    rmSync(this.#path, { recursive: true, force: true });
  }
}

function openFilesOf(pid: string): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
  } catch {
    return []; // it has ended, or is not ours
  }
}

/** A service whose module is called as it is: `throws-at-start`. */
export function failing(id: string, critical = false): object {
  return { id, use: `./${id}.ts`, critical };
}

export async function services(gateway: GatewayProcess): Promise<readonly Service[]> {
  const { services: all } = await gateway.get<ServiceList>('/services');
  return all.filter(({ id }) => id !== 'opcua');
}

/** Waits until the service has all these fields. */
export async function serviceIs(
  gateway: GatewayProcess,
  id: string,
  wanted: Partial<Service>,
  timeoutMs = 20_000,
): Promise<Service> {
  const look = async (): Promise<Service | false> => {
    const service = (await services(gateway)).find((each) => each.id === id);
    const fits = service && Object.entries(wanted).every(([name, value]) => service[name as keyof Service] === value);
    return fits === true && service;
  };
  return await waitFor(look, { what: `service ${id} to be ${JSON.stringify(wanted)}`, timeoutMs });
}

export async function restartsOf(gateway: GatewayProcess, driverId: string): Promise<number> {
  const { restarts } = await gateway.driver(driverId);
  return restarts.crash + restarts.recycle + restarts.operator;
}
