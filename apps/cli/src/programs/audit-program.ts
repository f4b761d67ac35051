import { auditActions } from '@fieldwarden/gateway-contract';
import { Option, type Command } from 'commander';
import { exportAudit, type AuditExportOptions } from '../commands/audit/audit-export.js';
import { listAudit, type AuditListOptions } from '../commands/audit/audit-list.js';
import { verifyAudit } from '../commands/audit/audit-verify.js';
import { wholeNumber, type Run } from '../command-run.js';

interface AuditOptions extends AuditListOptions, Partial<Pick<AuditExportOptions, 'export'>> {
  readonly verify?: boolean;
}

const outcomes = ['done', 'refused', 'failed', 'rejected', 'not-sent', 'unknown'] as const;

/** `audit …` */
export function addAuditCommand(program: Command, run: Run): void {
  program
    .command('audit')
    .description('who did what, or tried to, newest first')
    .addOption(new Option('-n, --lines <count>', 'how many rows').argParser(wholeNumber(1, 1_000_000)).default(50))
    .option('--user <name>', 'of whom')
    .option('--path <path>', "to what: a subject, or a glob over paths such as 'packaging/**'")
    .addOption(new Option('--action <verb>', 'what was done').choices(auditActions))
    .addOption(new Option('--outcome <outcome>', 'what became of it').choices(outcomes))
    .option('--via <road>', 'by which road: console, rest, socket, opcua, mqtt, modbus-server, gateway')
    .option('--from <time>', 'rows of this time or later: 2030-01-31T12:00, or 15min for that long ago')
    .option('--to <time>', 'rows before this time')
    .option('--csv', 'as CSV')
    .option(
      '--export <file>',
      'all rows into a new file, as JSON lines, or as CSV with --csv or a name that ends in .csv',
    )
    .addOption(
      new Option(
        '--verify',
        'whether the audit is as it was written; works without a gateway; exit code 1: it is not',
      ).conflicts(['export', 'csv']),
    )
    .action(
      run(async (context, { verify, export: file, ...options }: AuditOptions) => {
        if (verify === true) return await verifyAudit(context);
        return file === undefined
          ? await listAudit(context, options)
          : await exportAudit(context, { ...options, export: file });
      }),
    );
}
