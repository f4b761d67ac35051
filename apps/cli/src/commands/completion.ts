import type { Command } from 'commander';
import { AdminClient } from '../gateway/admin-client.js';
import type { CommandContext } from '../command-context.js';
import { candidates } from '../completion/candidates.js';
import { completionScripts, type ShellName } from '../completion/scripts.js';
import { wantedWord } from '../completion/wanted-word.js';
import { exitCodes, type ExitCode } from '../exit-code.js';
import { oneLine } from '../output/printable.js';
import { targetOf } from '../gateway/target.js';
import { writeJson } from '../terminal.js';

/** What to load into a shell. */
export function completion({ json, terminal }: CommandContext, shell: ShellName): Promise<ExitCode> {
  const script = completionScripts[shell];
  if (json) writeJson(terminal, { schema: 'fieldwarden/completion@1', shell, script });
  else terminal.write(script);
  return Promise.resolve(exitCodes.done);
}

/** What such a script asks at each Tab. Never fails: who presses Tab is in the middle of typing. */
export async function complete(context: CommandContext, program: Command, words: readonly string[]): Promise<ExitCode> {
  const { env, loader, terminal } = context;
  const current = words.at(-1) ?? '';
  try {
    const { wanted, target } = wantedWord(program, words.slice(0, -1), current);
    const found = await candidates(wanted, current, new AdminClient(targetOf(target, env)), loader);
    terminal.write(found.map(({ value, description }) => `${value}\t${oneLine(description)}\n`).join(''));
  } catch {
    // nobody to ask, or not allowed to: then there is nothing to offer
  }
  return exitCodes.done;
}
