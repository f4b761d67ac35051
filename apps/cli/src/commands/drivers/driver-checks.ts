import type { BrowsedNode, DeviceTest, DriverTestAnswer, NodeList } from '@fieldwarden/admin-contract';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { table } from '../../output/columns.js';
import { durationText } from '../../output/durations.js';
import type { Palette } from '../../output/palette.js';
import { oneLine } from '../../output/printable.js';
import { writeJson } from '../../terminal.js';

/** Probes wait behind what is under way, and each may take its driver's whole timeout. */
const answerMs = 120_000;

/** Has the gateway probe every device of a driver now. Done only if all of them answered. */
export async function testDriver({ client, json, terminal }: CommandContext, id: string): Promise<ExitCode> {
  const answer = await client.call<DriverTestAnswer>({
    method: 'POST',
    path: `/drivers/${encodeURIComponent(id)}/test`,
    schema: 'fieldwarden/driver-test@1',
    timeoutMs: answerMs,
  });
  if (json) writeJson(terminal, answer);
  else terminal.write(testText(answer, terminal.palette));
  return answer.devices.every(({ ok }) => ok) ? exitCodes.done : exitCodes.failed;
}

export interface BrowseOptions {
  readonly device?: string;
  readonly search?: string;
}

/** Lists what a device offers under a node, or what is found there: all pages, as if they were one. */
export async function browseDriver(
  { client, json, terminal }: CommandContext,
  id: string,
  node: string | undefined,
  { device, search }: BrowseOptions,
): Promise<ExitCode> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ device, node, search })) if (value !== undefined) query.set(name, value);
  const nodes: BrowsedNode[] = [];
  for (let cursor: string | undefined; ;) {
    if (cursor !== undefined) query.set('cursor', cursor);
    const path = `/drivers/${encodeURIComponent(id)}/browse?${query.toString()}`;
    const answer = await client.call<NodeList>({ path, schema: 'fieldwarden/nodes@1', timeoutMs: answerMs });
    nodes.push(...answer.nodes);
    if (answer.nextCursor !== null && answer.nextCursor !== cursor) {
      cursor = answer.nextCursor;
      continue;
    }
    const whole: NodeList = { ...answer, nodes };
    if (json) writeJson(terminal, whole);
    else terminal.write(nodesText(whole));
    return exitCodes.done;
  }
}

function testText({ driverId, devices }: DriverTestAnswer, palette: Palette): string {
  if (devices.length === 0) return `${driverId} has no devices.\n`;
  return table(
    ['DEVICE', 'ANSWERS', 'TOOK', 'WHY NOT'],
    devices.map((row) => testRow(row, palette)),
  );
}

function testRow({ device, ok, durationMs, error }: DeviceTest, palette: Palette): readonly string[] {
  const answers = ok ? palette.good('yes') : palette.bad('no');
  return [device, answers, durationText(durationMs), error ? `${error.code}: ${oneLine(error.message)}` : ''];
}

function nodesText({ device, nodes }: NodeList): string {
  if (nodes.length === 0) return `${device} offers nothing there.\n`;
  return table(['ADDRESS', 'NAME', 'TYPE', 'WRITABLE', 'MORE BELOW'], nodes.map(nodeRow));
}

function nodeRow({ address, name, dataType, writable, hasChildren }: BrowsedNode): readonly string[] {
  const access = writable === null ? '-' : yesNo(writable);
  return [oneLine(address), oneLine(name), dataType ?? '-', access, yesNo(hasChildren)];
}

const yesNo = (yes: boolean): string => (yes ? 'yes' : 'no');
