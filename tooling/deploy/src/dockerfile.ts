/** A Dockerfile as data, for checks that need no Docker engine. */
export interface Dockerfile {
  readonly stages: readonly BuildStage[];
}

export interface BuildStage {
  readonly name: string;
  readonly image: string;
  readonly instructions: readonly Instruction[];
}

export interface Instruction {
  /** Upper case: `COPY`. */
  readonly name: string;
  /** `--from=build` and the like. */
  readonly flags: readonly string[];
  /** All after the flags, continued lines joined. */
  readonly text: string;
}

/** Dockerfile reference, "Overview": what may stand in a stage. */
const knownInstructions = new Set([
  'ADD', 'ARG', 'CMD', 'COPY', 'ENTRYPOINT', 'ENV', 'EXPOSE', 'HEALTHCHECK', 'LABEL', 'MAINTAINER', 'ONBUILD', 'RUN',
  'SHELL', 'STOPSIGNAL', 'USER', 'VOLUME', 'WORKDIR',
]); // prettier-ignore

/** Throws an Error that names the line when the text is no multi-stage Dockerfile with named stages. */
export function parseDockerfile(text: string): Dockerfile {
  const stages: { name: string; image: string; instructions: Instruction[] }[] = [];
  for (const line of logicalLines(text)) {
    const instruction = parseInstruction(line);
    if (instruction.name === 'FROM') stages.push({ ...parseFrom(instruction.text), instructions: [] });
    else if (!knownInstructions.has(instruction.name)) throw new Error(`no instruction: ${line}`);
    else if (stages.length === 0) throw new Error(`before the first FROM: ${line}`);
    else stages[stages.length - 1].instructions.push(instruction);
  }
  return { stages };
}

function logicalLines(text: string): string[] {
  const withoutComments = text.split('\n').filter((line) => !line.trimStart().startsWith('#'));
  return withoutComments
    .join('\n')
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function parseInstruction(line: string): Instruction {
  const [name, ...words] = line.split(/\s+/);
  const firstArgument = words.findIndex((word) => !word.startsWith('--'));
  const flags = firstArgument < 0 ? words : words.slice(0, firstArgument);
  return { name: name.toUpperCase(), flags, text: words.slice(flags.length).join(' ') };
}

function parseFrom(text: string): { name: string; image: string } {
  const match = /^(\S+) as (\S+)$/i.exec(text);
  if (!match) throw new Error(`a stage without a name: FROM ${text}`);
  return { image: match[1], name: match[2] };
}
