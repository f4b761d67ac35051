import type { Driver, DriverAnswer, OperationAnswer } from '@fieldwarden/admin-contract';
import type { DriverAction } from '@fieldwarden/gateway-contract';
import { CliError, type CliErrorInit } from '../../cli-error.js';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { oneLine } from '../../output/printable.js';
import { remedyFor } from '../../output/remedy.js';
import { stateText } from '../../output/values.js';
import { withProgress } from '../../progress.js';
import { writeJson } from '../../terminal.js';
import { driverList, homeText } from './list.js';
import { reportError } from '../../report-error.js';

/** Longest drain, stop ladder and start of a Host, with room to spare. */
export const waitTimeoutMs = 180_000;

type Outcome<T> = { readonly id: string } & ({ readonly answer: T } | { readonly error: CliErrorInit });

/** Acts on the drivers named, or on all, at once; waits for their new states unless told otherwise. */
export async function operate(
  context: CommandContext,
  action: DriverAction,
  ids: readonly string[],
  wait: boolean,
): Promise<ExitCode> {
  const named = await namedDrivers(context, action, ids);
  return wait ? await operateAndWait(context, action, named) : await begin(context, action, named);
}

/** `all` is every driver to which the action can be applied at all. */
async function namedDrivers(
  context: CommandContext,
  action: DriverAction,
  ids: readonly string[],
): Promise<readonly string[]> {
  if (!ids.includes('all')) return [...new Set(ids)];
  const possible = (await driverList(context)).drivers.filter((driver) => canBeAskedTo(action, driver));
  if (possible.length === 0 && !context.json) context.terminal.write(`There is no driver to ${action}.\n`);
  return possible.map(({ id }) => id);
}

function canBeAskedTo(action: DriverAction, { isolation, tier }: Driver): boolean {
  if (action === 'recycle') return isolation === 'host';
  return action !== 'demote' || tier !== 'C';
}

async function operateAndWait(
  context: CommandContext,
  action: DriverAction,
  ids: readonly string[],
): Promise<ExitCode> {
  const work = forEach<DriverAnswer>(context, ids, action, '?wait=true', 'fieldwarden/driver@1');
  const outcomes = await withProgress(context, `${doing[action]} ${ids.join(', ')}`, work);
  const drivers = outcomes.flatMap((outcome) => ('answer' in outcome ? [outcome.answer] : []));
  if (context.json) {
    const rows = drivers.map(({ schema: _, ...driver }): Driver => driver);
    writeJson(context.terminal, { schema: 'fieldwarden/drivers@1', drivers: rows });
  } else for (const driver of drivers) context.terminal.write(`${outcomeLine(context, action, driver)}\n`);
  const reached = drivers.every((driver) => hasReached(action, driver));
  return reportFailures(context, outcomes) && reached ? exitCodes.done : exitCodes.failed;
}

const doing: Readonly<Record<DriverAction, string>> = {
  start: 'Starting',
  stop: 'Stopping',
  restart: 'Restarting',
  reset: 'Trying again',
  recycle: 'Recycling',
  promote: 'Promoting',
  demote: 'Demoting',
  reinitialize: 'Reconnecting',
};

async function begin(context: CommandContext, action: DriverAction, ids: readonly string[]): Promise<ExitCode> {
  const outcomes = await forEach<OperationAnswer>(context, ids, action, '', 'fieldwarden/operation@1');
  const operations = outcomes.flatMap((outcome) =>
    'answer' in outcome ? [{ driverId: outcome.id, operationId: outcome.answer.operationId }] : [],
  );
  if (context.json) writeJson(context.terminal, { schema: 'fieldwarden/operations@1', operations });
  else for (const { driverId } of operations) context.terminal.write(`${driverId}  ${action} has begun\n`);
  return reportFailures(context, outcomes) ? exitCodes.done : exitCodes.failed;
}

/** One driver's failure does not keep the others; a gateway that does not answer, or does not let us in, ends it all. */
async function forEach<T extends { readonly schema: string }>(
  { client }: CommandContext,
  ids: readonly string[],
  action: DriverAction,
  query: string,
  schema: string,
): Promise<readonly Outcome<T>[]> {
  return await Promise.all(
    ids.map(async (id): Promise<Outcome<T>> => {
      const path = `/drivers/${encodeURIComponent(id)}/${action}${query}`;
      try {
        return { id, answer: await client.call<T>({ method: 'POST', path, schema, timeoutMs: waitTimeoutMs }) };
      } catch (error) {
        if (error instanceof CliError && error.details.exitCode === exitCodes.failed) {
          return { id, error: error.details };
        }
        throw error;
      }
    }),
  );
}

/** True if there were none. */
function reportFailures({ terminal, json }: CommandContext, outcomes: readonly Outcome<unknown>[]): boolean {
  const failures = outcomes.flatMap((outcome) => ('error' in outcome ? [outcome] : []));
  for (const { id, error } of failures) {
    reportError(terminal, { ...error, message: `${id}: ${error.message}` }, json);
  }
  return failures.length === 0;
}

function outcomeLine({ terminal: { palette } }: CommandContext, action: DriverAction, driver: Driver): string {
  const { id, state, lastError } = driver;
  const where = movesProcess(action) ? `  ${homeText(driver)}` : '';
  const line = `${palette.strong(id)}  ${stateText(state, palette)}${where}`;
  if ((state !== 'Faulted' && !isWithoutProcess(driver)) || lastError === null) return line;
  const remedy = remedyFor(driver);
  return `${line}: ${oneLine(lastError.message)}${remedy === undefined ? '' : `\n  ${remedy}`}`;
}

function movesProcess(action: DriverAction): boolean {
  return action === 'recycle' || action === 'promote' || action === 'demote';
}

/** A driver whose devices are away has started all the same: it goes on trying by itself. A stopped one can be moved, too. */
export function hasReached(action: DriverAction, driver: Driver): boolean {
  const { state, isolation } = driver;
  if (action === 'stop') return state === 'Stopped';
  if (action === 'reset') return state !== 'Faulted' && !isWithoutProcess(driver);
  if (action === 'promote') return isolation === 'host' && state !== 'Faulted';
  if (action === 'demote') return isolation === 'in-process' && state !== 'Faulted';
  return state !== 'Faulted' && state !== 'Stopped' && !isWithoutProcess(driver);
}

/** Its process does not come up: it is not the devices that are away. */
function isWithoutProcess({ state, isolation, pid }: Driver): boolean {
  return state === 'Reconnecting' && isolation === 'host' && pid === null;
}
