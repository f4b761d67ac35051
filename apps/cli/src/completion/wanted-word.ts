import type { Argument, Command, Option } from 'commander';

/** What can stand where the cursor is. */
export type WantedWord =
  | { readonly kind: 'words'; readonly words: readonly Candidate[] }
  /** `all`: the word all stands for every driver. */
  | { readonly kind: 'driver'; readonly all: boolean }
  /** `side`: of a comparison, a generation, a name or a file. */
  | { readonly kind: PlainKind | 'nothing' };

/** `subject`: a driver or a service. */
type PlainKind = 'tag' | 'driver-type' | 'file' | 'generation' | 'token' | 'user' | 'side' | 'service' | 'subject';

export interface Candidate {
  readonly value: string;
  readonly description: string;
}

/** The command line so far, as far as it says what comes next and which gateway is meant. */
export interface ReadLine {
  readonly wanted: WantedWord;
  /** Values of `--home` and `--url`. */
  readonly target: { readonly home?: string; readonly url?: string };
}

/** Reads the words before the cursor's; `current` is the part of the word that is there already. Pure. */
export function wantedWord(program: Command, before: readonly string[], current: string): ReadLine {
  let place: Place = { command: program, arguments: 0, onlyArguments: false, valueOf: undefined };
  const target: { home?: string; url?: string } = {};
  for (const word of before) {
    const name = place.valueOf?.attributeName();
    if (name === 'home' || name === 'url') target[name] = word;
    place = after(place, word, program);
  }
  return { wanted: wantedAt(place, current, program), target };
}

interface Place {
  readonly command: Command;
  /** Of the command, so far. */
  readonly arguments: number;
  /** After `--`. */
  readonly onlyArguments: boolean;
  /** The option that waits for its value. */
  readonly valueOf: Option | undefined;
}

function after(place: Place, word: string, program: Command): Place {
  if (place.valueOf) return word === '=' ? place : { ...place, valueOf: undefined };
  if (!place.onlyArguments && word === '--') return { ...place, onlyArguments: true };
  if (!place.onlyArguments && word.startsWith('-')) {
    const option = optionsAt(place.command, program).find(({ long, short }) => word === long || word === short);
    return { ...place, valueOf: option && takesValue(option) ? option : undefined };
  }
  const named = place.command.commands.find((each) => each.name() === word || each.aliases().includes(word));
  if (named && place.arguments === 0) return { ...place, command: named };
  return { ...place, arguments: place.arguments + 1 };
}

function wantedAt(place: Place, current: string, program: Command): WantedWord {
  const { command, valueOf, onlyArguments } = place;
  if (valueOf?.argChoices) return { kind: 'words', words: valueOf.argChoices.map(plainWord) };
  if (valueOf)
    return { kind: valueOf.flags.endsWith('<file>') || valueOf.flags.endsWith('<dir>') ? 'file' : 'nothing' };
  if (!onlyArguments && current.startsWith('-')) return { kind: 'words', words: optionWords(command, program) };
  if (command.commands.length > 0) return { kind: 'words', words: commandWords(command) };
  const known = command.registeredArguments;
  const argument = known.at(place.arguments) ?? (known.at(-1)?.variadic ? known.at(-1) : undefined);
  return argument ? wantedArgument(argument, command) : { kind: 'nothing' };
}

const kinds: Readonly<Record<string, PlainKind>> = {
  generation: 'generation',
  token: 'token',
  user: 'user',
  a: 'side',
  b: 'side',
  path: 'tag',
  prefix: 'tag',
  type: 'driver-type',
  file: 'file',
  service: 'service',
  subject: 'subject',
};

function wantedArgument(argument: Argument, command: Command): WantedWord {
  const { argChoices } = argument;
  if (argChoices) return { kind: 'words', words: argChoices.map(plainWord) };
  if (argument.name() === 'id') return { kind: 'driver', all: command.registeredArguments[0].variadic };
  return { kind: kinds[argument.name()] ?? 'nothing' };
}

function plainWord(value: string): Candidate {
  return { value, description: '' };
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}

function optionsAt(command: Command, program: Command): readonly Option[] {
  return command === program ? program.options : [...command.options, ...program.options];
}

function optionWords(command: Command, program: Command): readonly Candidate[] {
  const known = optionsAt(command, program).filter(({ hidden, long }) => !hidden && long);
  return [
    ...known.map(({ long, description }) => ({ value: long!, description })),
    { value: '--help', description: 'display help for command' },
  ];
}

function commandWords(command: Command): readonly Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((each) => ({ value: each.name(), description: each.description() }));
}
