import { CliError } from '../../cli-error.js';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { table } from '../../output/columns.js';
import { optionRows, type OptionRow, type OptionSchema } from '../../output/option-rows.js';
import type { Palette } from '../../output/palette.js';
import { writeJson } from '../../terminal.js';
import { isolations } from './drivers.js';

/** The options of a driver type and of its devices, from the schemas that validate them; needs no gateway. */
export async function driverType({ json, loader, terminal }: CommandContext, name: string): Promise<ExitCode> {
  const { drivers: registry } = await loader.builtInCatalogue();
  const definition = registry.get(name);
  if (!definition)
    throw unknownType(
      name,
      registry.types().map(({ type }) => type),
    );
  const { type, version, tier } = definition;
  const options = rowsOf(definition.options);
  const deviceOptions = rowsOf(definition.deviceOptions);
  const tagOptions = definition.tagOptions && rowsOf(definition.tagOptions);
  if (json) {
    const shape = { type, version, tier, options, deviceOptions, ...(tagOptions && { tagOptions }) };
    writeJson(terminal, { schema: 'fieldwarden/driver-type@1', ...shape });
  } else {
    const { palette, width } = terminal;
    terminal.write(`${palette.strong(type)}  version ${version}, tier ${tier}, runs in: ${isolations[tier]}\n`);
    terminal.write(section('Options', options, palette, width));
    terminal.write(section('Options of a device', deviceOptions, palette, width));
    if (tagOptions) terminal.write(section('Options of a tag', tagOptions, palette, width));
  }
  return exitCodes.done;
}

function rowsOf(schema: {
  toJSONSchema(settings: { io: 'input'; unrepresentable: 'any' }): unknown;
}): readonly OptionRow[] {
  return optionRows(schema.toJSONSchema({ io: 'input', unrepresentable: 'any' }) as OptionSchema);
}

const head = ['  OPTION', 'DEFAULT', 'TAKES', 'MEANING'];

function section(title: string, options: readonly OptionRow[], palette: Palette, width: number | undefined): string {
  const rows = options.map((option) => [
    `  ${option.name}`,
    defaultText(option, palette),
    option.takes,
    option.description + examplesText(option),
  ]);
  return `\n${palette.strong(title)}\n${rows.length === 0 ? '  none\n' : table(head, rows, width)}`;
}

function defaultText(option: OptionRow, palette: Palette): string {
  if (option.required) return palette.warning('required');
  return option.default === null ? '-' : JSON.stringify(option.default);
}

/** Only what the default does not show already. */
function examplesText({ examples, default: standard }: OptionRow): string {
  const others = examples.filter((example) => example !== standard);
  return others.length === 0 ? '' : ` (e.g. ${others.map((example) => JSON.stringify(example)).join(', ')})`;
}

function unknownType(name: string, known: readonly string[]): CliError {
  return new CliError({
    exitCode: exitCodes.failed,
    code: 'DRIVER_TYPE_UNKNOWN',
    message: `No driver type has the name ${JSON.stringify(name)}.`,
    remedy: `Known are ${known.join(', ')}.`,
  });
}
