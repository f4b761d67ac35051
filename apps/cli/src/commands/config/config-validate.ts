import type { FindingList } from '@fieldwarden/admin-contract';
import type { Finding } from '@fieldwarden/gateway-contract';
import { join } from 'node:path';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { findingLines } from '../../output/finding-lines.js';
import type { Palette } from '../../output/palette.js';
import { writeJson } from '../../terminal.js';
import { counted } from '../gateway/status.js';

/** As `up` is told them. */
export interface ValidateOptions {
  readonly drivers?: readonly string[];
  readonly secrets?: readonly string[];
}

/** Checks a plant document without a gateway, with the drivers that come with this one. Says everything that is wrong at once. */
export async function validateConfig(
  { home, json, loader, terminal }: CommandContext,
  file: string,
  { drivers, secrets = [] }: ValidateOptions = {},
): Promise<ExitCode> {
  const [{ loadPlantFile }, catalogue] = await Promise.all([import('@fieldwarden/config'), loader.builtInCatalogue()]);
  const { plant, findings } = await loadPlantFile(file, catalogue, {
    home,
    secretFolders: [join(home, 'secrets'), ...secrets],
    ...(drivers && { moduleFolders: drivers }),
  });
  const answer: FindingList = { schema: 'fieldwarden/findings@1', file, valid: plant !== undefined, findings };
  if (json) writeJson(terminal, answer);
  else terminal.write(findingLines(findings, file, terminal.palette) + verdict(answer, terminal.palette));
  return answer.valid ? exitCodes.done : exitCodes.badConfiguration;
}

function verdict({ file, valid, findings }: FindingList, palette: Palette): string {
  const count = (severity: Finding['severity']): number =>
    findings.filter((finding) => finding.severity === severity).length;
  const counts = `${counted(count('error'), 'error')}, ${counted(count('warning'), 'warning')}`;
  return valid
    ? `${file} ${palette.good('is valid')}: ${counts}.\n`
    : `${file} ${palette.bad('is not valid')}: ${counts}.\n`;
}
