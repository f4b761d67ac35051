import type { GatewayOptions, RunningGateway } from '@fieldwarden/gateway';
import type { CommandContext } from '../../command-context.js';
import type { ExitCode } from '../../exit-code.js';
import { readyReport, type ReadyReport } from '../../gateway/ready-report.js';
import { announcement, runDocument } from '../../announcement.js';
import { gatewayError } from '../../gateway/gateway-error.js';
import { writeJson } from '../../terminal.js';

type DriverOption = NonNullable<GatewayOptions['driverOptions']>[number];

export interface UpOptions {
  readonly plant?: string;
  readonly watch?: boolean;
  readonly force?: boolean;
  readonly driverOption?: readonly DriverOption[];
  readonly site?: string;
  readonly generation?: number;
  readonly bind: string;
  /** Of services, by the names of their options. */
  readonly servicePorts?: Readonly<Partial<Record<string, number>>>;
  readonly healthPort: number;
  readonly adminPort: number;
  readonly adminHost?: readonly string[];
  /** Folders of modules of third parties. */
  readonly drivers?: readonly string[];
  /** Folders of secret files. */
  readonly secrets?: readonly string[];
  /** Set by `up --detach` for the process it starts: where to say that the gateway is ready, or why not. */
  readonly readyFd?: number;
}

/** A leaked handle must not keep a stopped gateway's process. */
const exitGraceMs = 2_000;

/** Runs the gateway in this process until it stops or the user interrupts. */
export async function up(context: CommandContext, options: UpOptions): Promise<ExitCode> {
  process.umask(0o077); // what the gateway, its Hosts and their libraries make is for this user alone
  const report = readyReport(options.readyFd);
  const interrupted = context.interrupted();
  const gateway = await startGateway(context, options, report);
  if (report) report.ready(gateway);
  else announce(context, gateway, options.bind);
  if (interrupted.aborted) void gateway.stop();
  else interrupted.addEventListener('abort', () => void gateway.stop(), { once: true });
  const exitCode = await gateway.finished;
  context.clock.setTimer(() => process.exit(exitCode), exitGraceMs).unref();
  return exitCode;
}

async function startGateway(
  { home, json, loader }: CommandContext,
  {
    plant,
    watch,
    force,
    driverOption,
    site,
    generation,
    bind,
    servicePorts = {},
    healthPort,
    adminPort,
    adminHost,
    drivers,
    secrets,
  }: UpOptions,
  report: ReadyReport | undefined,
): Promise<RunningGateway> {
  try {
    return await loader.runGateway({
      plantFile: plant,
      ...(watch && { watch }),
      ...(force && { force }),
      ...(driverOption && { driverOptions: driverOption }),
      ...(site !== undefined && { site }),
      ...(generation !== undefined && { generation }),
      ...configUrlOf(process.env),
      home,
      bind,
      servicePorts,
      healthPort,
      adminPort,
      ...(adminHost && { adminHosts: adminHost }),
      ...(drivers && { moduleFolders: drivers }),
      ...(secrets && { secretFolders: secrets }),
      console: !json && report === undefined,
    });
  } catch (error) {
    const failure = gatewayError(error);
    report?.failed(failure.details);
    throw failure;
  }
}

/** The database of drafts and generations; an address may carry a password, hence no flag, which every process could read. */
function configUrlOf({ FIELDWARDEN_CONFIG_URL: configUrl }: NodeJS.ProcessEnv): { configUrl?: string } {
  return configUrl === undefined || configUrl === '' ? {} : { configUrl };
}

/** Beside what the log says: it may be out of sight. */
export function tellFile(terminal: CommandContext['terminal'], fileDiffers: string | null | undefined): void {
  if (fileDiffers !== null && fileDiffers !== undefined)
    terminal.writeError(`${terminal.errorPalette.warning(wrapped(fileDiffers))}\n`);
}

/** A sentence a line. */
function wrapped(text: string): string {
  return text.replaceAll('. To ', '.\nTo ').replaceAll('; to ', ';\nto ');
}

function announce({ home, json, terminal }: CommandContext, gateway: RunningGateway, bind: string): void {
  const { setupToken = null } = gateway;
  if (json) {
    writeJson(terminal, runDocument({ ...gateway, setupToken }));
    return;
  }
  tellFile(terminal, gateway.fileDiffers);
  terminal.write(announcement(gateway, home, bind, terminal.palette));
}
