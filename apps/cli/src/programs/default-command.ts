import { didYouMean } from '@fieldwarden/core';
import type { Command } from 'commander';

/**
 * The command of a group that runs where none is named: `services` is `services list`. A word behind the group that names no command is told as
 * such: commander would take it for an argument too many of the default one.
 */
export function addDefaultCommand(group: Command, name: string): Command {
  const command = group.command(name, { isDefault: true }).allowExcessArguments();
  return command.hook('preAction', () => {
    const [word] = command.args;
    if (word === undefined) return;
    if (group.args[0] === name) command.error(`error: ${fullName(group)} ${name} takes no arguments, but got ${word}`);
    else group.error(`error: ${unknownText(group, word)}`);
  });
}

function unknownText(group: Command, word: string): string {
  const known = group.commands.map((each) => each.name());
  const meant = didYouMean(word, known);
  const help = meant === undefined ? `Commands: ${known.join(', ')}` : `Did you mean ${meant}?`;
  return `unknown command '${fullName(group)} ${word}'\n(${help})`;
}

/** `config draft`, without the program. */
function fullName(group: Command): string {
  const { parent } = group;
  return parent?.parent ? `${fullName(parent)} ${group.name()}` : group.name();
}
