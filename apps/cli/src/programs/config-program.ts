import { Argument, Option, type Command } from 'commander';
import { addDefaultCommand } from './default-command.js';
import { wholeNumber, type Run } from '../command-run.js';
import { diffConfig } from '../commands/config/config-diff.js';
import { discardDraft, setDraft, showDraft } from '../commands/config/config-draft.js';
import {
  exportConfig,
  listGenerations,
  plantSchema,
  showGeneration,
  type ExportOptions,
} from '../commands/config/config-generations.js';
import { importCsv, importKepware, type ImportOptions, type KepwareOptions } from '../commands/config/config-import.js';
import { publishConfig, rollbackConfig } from '../commands/config/config-publish.js';
import { validateConfig, type ValidateOptions } from '../commands/config/config-validate.js';
import { moduleFoldersOption, secretFoldersOption } from './folder-options.js';

const messageOption = (what: string): Option => new Option('-m, --message <text>', what);

/** `config …`: drafts, generations, tables. */
export function addConfigCommands(config: Command, run: Run): void {
  config
    .command('validate <file>')
    .description('say everything that is wrong with a plant document; needs no gateway')
    .addOption(moduleFoldersOption())
    .addOption(secretFoldersOption())
    .action(run((context, options: ValidateOptions, file: string) => validateConfig(context, file, options)));
  config
    .command('publish [file]')
    .description('publish a plant document, or the draft, and apply it')
    .addOption(messageOption('why; generations carry it').makeOptionMandatory())
    .action(
      run((context, { message }: { readonly message: string }, file?: string) => publishConfig(context, file, message)),
    );
  config
    .command('diff [a] [b]')
    .description(
      'what differs, and what publishing it would do; numbers, draft, running, or a file. Default: running draft',
    )
    .action(run((context, _options, a?: string, b?: string) => diffConfig(context, a, b)));
  config
    .command('generations')
    .description('what was published, newest first')
    .addOption(new Option('-n, --count <count>', 'how many').argParser(wholeNumber(1, 1_000)).default(20))
    .action(run((context, { count }: { readonly count: number }) => listGenerations(context, count)));
  config
    .command('show')
    .addArgument(generationArgument('[generation]', 'default: the one that runs'))
    .description('the document of a generation, as it was written')
    .action(run((context, _options, generation?: number) => showGeneration(context, generation)));
  config
    .command('rollback')
    .addArgument(generationArgument('<generation>', 'whose content is published again'))
    .description('publish the content of an earlier generation as a new one')
    .addOption(messageOption('why'))
    .action(
      run((context, { message }: { readonly message?: string }, generation: number) =>
        rollbackConfig(context, generation, message),
      ),
    );
  config
    .command('export')
    .description('the plant document as it was written, or its tags as a table, on standard output')
    .addOption(new Option('--format <format>').choices(['yaml', 'json', 'csv', 'source']).default('yaml'))
    .addOption(new Option('--generation <n>', 'default: the one that runs').argParser(wholeNumber(1, 1e9)))
    .action(run((context, options: ExportOptions) => exportConfig(context, options)));
  config.command('schema').description('JSON Schema of the plant document, for editors').action(run(plantSchema));
  addDraftCommands(config.command('draft').description('the plant document that is being worked on'), run);
  addImportCommands(config, run);
}

function addDraftCommands(draft: Command, run: Run): void {
  addDefaultCommand(draft, 'get').description('print the draft').action(run(showDraft));
  draft
    .command('set <file>')
    .description('keep a file as the draft, valid or not')
    .addOption(
      new Option('--revision <n>', 'only if the draft has this revision still').argParser(wholeNumber(0, 1e12)),
    )
    .action(
      run((context, { revision }: { readonly revision?: number }, file: string) => setDraft(context, file, revision)),
    );
  draft.command('discard').description('go back to what is published').action(run(discardDraft));
}

function addImportCommands(config: Command, run: Run): void {
  config
    .command('import-csv <file>')
    .description('put a table of tags into the draft, all rows or none')
    .addOption(modeOption('merge'))
    .addOption(replaceOption())
    .addOption(yesOption())
    .option('--publish', 'publish it at once')
    .addOption(messageOption('why, with --publish'))
    .action(run((context, options: ImportOptions, file: string) => importCsv(context, file, options)));
  config
    .command('import-kepware <file>')
    .description('put the tags of one Kepware device into a device of the draft')
    .requiredOption('--driver <id>', 'which driver')
    .requiredOption('--device <id>', 'which of its devices')
    .option('--prefix <path>', 'in front of the names; default DRIVER/DEVICE')
    .addOption(modeOption('merge'))
    .addOption(replaceOption())
    .addOption(yesOption())
    .option('--publish', 'publish it at once')
    .addOption(messageOption('why, with --publish'))
    .action(run((context, options: KepwareOptions, file: string) => importKepware(context, file, options)));
}

function modeOption(fallback: 'merge' | 'replace'): Option {
  return new Option(
    '--mode <mode>',
    `replace: a device that is named has these tags only; merge: it keeps its others (default: ${fallback})`,
  ).choices(['merge', 'replace']);
}

function replaceOption(): Option {
  return new Option('--replace', 'the same as --mode replace: says which tags go, and asks').conflicts('mode');
}

function yesOption(): Option {
  return new Option('--yes', 'remove what is not in the table without asking');
}

function generationArgument(name: string, description: string): Argument {
  return new Argument(name, description).argParser(wholeNumber(1, 1e9));
}
